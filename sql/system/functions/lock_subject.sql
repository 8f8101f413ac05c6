-- Nothing that refers to the person can be added until the end of the transaction.
create or replace function system.lock_subject(p_root regclass, p_key text)
returns text
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_name text;
    v_type text;
    v_key text;
begin
    select key.name, key.type into strict v_name, v_type
    from system.subject_key(p_root) as key;
    execute format(
        'select %1$I::text from %2$s where %1$I = $1::%3$s for update',
        v_name, p_root, v_type
    )
    into v_key
    using p_key;
    if v_key is null then
        execute format(
            'select min(gone.key::text) from (%s) as gone (key)',
            system.subject_rows(p_root, p_root, array[v_name])
        )
        into v_key
        using p_key;
    end if;
    if v_key is null then
        raise exception '% has no row "%"', p_root, p_key
            using errcode = 'MD502', detail = 'Nor has its history.';
    end if;
    return v_key;
end;
$function$;

comment on function system.lock_subject(regclass, text) is
'Lock the row of a person, and return its key as the server writes it. p_root: table
of the person. p_key: value of its primary key. Errors: MD502 when neither the table
nor its history has it; 22P02 when it cannot be a key.';

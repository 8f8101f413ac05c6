create or replace function system.require_movable(p_table regclass)
returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_reference text;
begin
    select format('%I of %s', reference.conname, reference.conrelid::regclass)
    into v_reference
    from pg_catalog.pg_constraint as reference
    where
        reference.confrelid = p_table
        and reference.contype = 'f'
        and reference.confdeltype in ('c', 'n', 'd')
    order by reference.conname
    limit 1;
    if v_reference is not null then
        raise exception 'rows cannot be moved out of the default partition of %', p_table
            using errcode = '55000',
            detail = format(
                'Moving them would set off the foreign key %s.', v_reference
            ),
            hint = 'Move them by hand, with that foreign key dropped meanwhile.';
    end if;
end;
$function$;

comment on function system.require_movable(regclass) is
'Refuse a table that others refer to in such a way that deleting one of its rows changes
theirs. Errors: 55000.';

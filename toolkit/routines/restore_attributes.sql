-- Returns how many statements that took. Grants end up exactly as they were, those that
-- default privileges would add included.
create or replace function pg_temp.restore_attributes(
    p_class oid,
    p_object oid,
    p_before jsonb,
    p_is_unchanged boolean
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_kind text;
    v_identity text;
    v_statement text;
    v_count integer := 0;
    v_now jsonb := pg_temp.object_attributes(p_class, p_object);
begin
    if v_now = p_before then
        return 0;
    end if;
    select known.type, known.identity into v_kind, v_identity
    from pg_identify_object(p_class, p_object, 0) as known;
    if v_now ->> 'owner' <> p_before ->> 'owner' then
        execute format(
            'alter %s %s owner to %I',
            replace(v_kind, ' object', ''), v_identity, p_before ->> 'owner'
        );
        v_count := 1;
        v_now := pg_temp.object_attributes(p_class, p_object);
    end if;
    for v_statement in
        select statement.text
        from pg_temp.restoring_statements(
            v_kind, v_identity, p_before, v_now, p_is_unchanged
        ) as statement (text)
    loop
        execute v_statement;
        v_count := v_count + 1;
    end loop;
    return v_count;
end;
$function$;

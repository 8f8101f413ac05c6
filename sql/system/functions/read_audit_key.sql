create or replace function system.read_audit_key(p_columns jsonb, p_key text)
returns jsonb
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_names constant text[] := array(
        select column_ ->> 'name'
        from jsonb_array_elements(p_columns) as column_
        where column_ ->> 'key' is not null
    );
begin
    if cardinality(v_names) = 1 then
        return jsonb_build_object(v_names[1], p_key);
    end if;
    if not p_key::jsonb ?& v_names then
        raise exception 'the key "%" has not all of %', p_key,
            array_to_string(v_names, ', ')
            using errcode = '22023',
                hint = 'A primary key of several columns is given as a JSON object.';
    end if;
    return p_key::jsonb;
end;
$function$;

comment on function system.read_audit_key(jsonb, text) is
'Return a primary key as a JSON object. p_columns: as in system.audit_shapes. p_key: the
value of the one column, or a JSON object. Errors: 22023 when a column is missing.';

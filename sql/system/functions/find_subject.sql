create or replace function system.find_subject(p_kind text, p_text text)
returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_root constant regclass := system.require_subject_kind(p_kind);
    v_conditions text;
    v_keys text[];
    v_key text;
begin
    select string_agg(
        format('lower(t0.%I::text) = lower($1)', classified.column_name), ' or '
    )
    into v_conditions
    from system.classified_columns as classified
    where classified.relation = v_root and classified.class = 'identifier';
    execute format(
        'select array_agg(t0.%1$I::text) from %2$s as t0 where t0.%1$I::text = $1 or %3$s',
        (system.subject_key(v_root)).name, v_root, coalesce(v_conditions, 'false')
    )
    into v_keys
    using p_text;
    if cardinality(v_keys) > 1 then
        raise exception '% persons of the kind "%" are called "%"',
            cardinality(v_keys), p_kind, p_text
            using errcode = 'MD502', hint = 'Name one by its key.';
    end if;
    if v_keys is null then
        -- One that is gone is still known by its key, to the histories.
        begin
            execute format('select ($1::%s)::text', (system.subject_key(v_root)).type)
            into v_key
            using p_text;
        exception when data_exception then
            raise exception '% has no row "%"', v_root, p_text
                using errcode = 'MD502',
                    detail = 'It is no key, and no identifier of a person there.';
        end;
    end if;
    return coalesce(v_keys[1], v_key);
end;
$function$;

comment on function system.find_subject(text, text) is
'Return the key of the person that has a text as its key or one of its identifiers, in
whatever case; a key that is not there stays as it is. p_kind: e.g. user. Errors: MD501
for an unknown kind; MD502 when several persons have it, or none can.';

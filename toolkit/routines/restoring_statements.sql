-- p_is_unchanged: the definition is the one of before; under another one the options
-- and indexes are what its file says, and those of p_before that were set by hand.
create or replace function pg_temp.restoring_statements(
    p_kind text,
    p_identity text,
    p_before jsonb,
    p_now jsonb,
    p_is_unchanged boolean
)
returns setof text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_part text;
    v_before jsonb;
    v_now jsonb;
    v_place constant text := replace(p_kind, ' object', '') || ' ' || p_identity;
begin
    -- What is revoked from somebody on the whole, is so on its columns; they come later.
    return query select pg_temp.grant_statements(
        p_kind, p_identity, '', p_before -> 'grants', p_now -> 'grants'
    );
    -- A column that is gone takes what it carried along.
    for v_part, v_before, v_now in
        select past.name, past.attributes, coalesce(present.attributes, '{}')
        from jsonb_each(p_before -> 'parts') as past (name, attributes)
        left join jsonb_each(p_now -> 'parts') as present (name, attributes)
            on past.name = present.name
        where past.name = '' or p_now -> 'columns' ? past.name
    loop
        return query select pg_temp.part_statements(
            v_place, p_identity, v_part, v_before, v_now
        );
        return query select pg_temp.grant_statements(
            p_kind, p_identity, v_part, v_before -> 'grants', v_now -> 'grants'
        );
    end loop;
    if p_before #>> '{firing,state}' <> p_now #>> '{firing,state}' then
        return next format(
            'alter table %s %s %s %I',
            p_before #>> '{firing,relation}',
            case p_before #>> '{firing,state}'
                when 'D' then 'disable'
                when 'R' then 'enable replica'
                when 'A' then 'enable always'
                else 'enable'
            end,
            p_kind,
            p_before #>> '{firing,name}'
        );
    end if;
    return query select pg_temp.storage_statements(
        v_place, p_before, p_now, p_is_unchanged
    );
    if p_before -> 'is_populated' = 'true' and p_now -> 'is_populated' = 'false' then
        return next format('refresh materialized view %s', p_identity);
    end if;
end;
$function$;

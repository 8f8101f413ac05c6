-- Every column that can hold text is looked at, whatever has been said of it: what was
-- overlooked when the columns were classified shall be found here.
create or replace function system.find_values(
    p_values text[], p_everywhere boolean default true
)
returns table (relation_name text, column_name text, rows bigint, is_searched boolean)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
as $function$
declare
    v_pattern constant text := system.mention_pattern(p_values);
    v_loose constant text := system.mention_pattern(p_values, true);
    v_known jsonb;
    v_stores oid[];
    v_relation record;
    v_counts jsonb;
begin
    if v_pattern is null then
        return;
    end if;
    select
        jsonb_object_agg(format('%s.%I', searched.store, searched.name), true),
        array_agg(distinct searched.store::oid)
    into v_known, v_stores
    from system.searched_columns() as searched;
    for v_relation in
        select found.relation, found.query
        from system.text_columns(case when not p_everywhere then v_stores end) as found
        where has_table_privilege(found.relation, 'select')
    loop
        execute v_relation.query into v_counts using v_pattern, v_loose;
        return query
        select
            v_relation.relation::text,
            found.key,
            found.value::bigint,
            coalesce(v_known ? format('%s.%I', v_relation.relation, found.key), false)
        from jsonb_each_text(v_counts) as found
        where found.value::bigint > 0;
    end loop;
end;
$function$;

comment on function system.find_values(text[], boolean) is
'Return the columns in which any of some values stands, and in how many rows.
p_everywhere: also in tables that an erasure does not touch, those of legacy schemas and
the statistics of the server among them, as far as this role may read. is_searched: an
erasure takes it out there. Reads all of every table with a column that can hold text.';

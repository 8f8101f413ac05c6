-- Also what a history has: an address that was changed last year is one of theirs.
create or replace function system.subject_values(p_kind text, p_key text)
returns setof text
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
as $function$
declare
    v_root constant regclass := system.require_subject_kind(p_kind);
    v_query text;
begin
    for v_query in
        select format(
            'select distinct found.value from %s as t0'
            ' cross join lateral (values %s) as found (value, replaced)'
            ' where (%s) and found.value <> '''''
            ' and found.value is distinct from found.replaced',
            stores.store,
            string_agg(
                format('(t0.%I::text, (%s)::text)', place.name, coalesce(
                    system.replacement(reached.relation, classified.column_name), 'null'
                )), ', '
            ),
            condition.text
        )
        from system.subject_tables(v_root) as reached
        inner join system.classified_columns as classified
            on
                reached.relation = classified.relation
                and classified.class in ('identifier', 'secret')
        inner join pg_catalog.pg_attribute as attribute
            on
                classified.relation = attribute.attrelid
                and classified.column_name = attribute.attname
        inner join pg_catalog.pg_type as type
            on attribute.atttypid = type.oid and type.typcategory in ('S', 'I')
        cross join lateral system.subject_stores(reached.relation) as stores
        cross join lateral jsonb_array_elements_text(
            stores.places -> classified.column_name
        ) as place (name)
        cross join lateral system.subject_condition(
            reached.relation, v_root, stores.places
        ) as condition (text)
        where condition.text is not null
        group by stores.store, condition.text
    loop
        return query execute v_query using p_key;
    end loop;
end;
$function$;

comment on function system.subject_values(text, text) is
'Return the identifiers and secrets of a person, present and past, that stand in texts.
p_kind: e.g. user. p_key: value of the primary key of the person''s row. Errors: MD501
for an unknown kind.';

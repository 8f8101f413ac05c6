create or replace function system.subject_edges(p_table regclass default null)
returns table (
    relation regclass, columns text[], parent regclass, parent_columns text[]
)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        link.conrelid::regclass,
        array_agg(own.attname::text order by place.number),
        link.confrelid::regclass,
        array_agg(other.attname::text order by place.number)
    from pg_catalog.pg_constraint as link
    inner join system.classified_tables as child on link.conrelid = child.relation
    inner join system.classified_tables as parent on link.confrelid = parent.relation
    cross join lateral unnest(link.conkey, link.confkey)
        with ordinality as place (own, other, number)
    inner join pg_catalog.pg_attribute as own
        on link.conrelid = own.attrelid and place.own = own.attnum
    inner join pg_catalog.pg_attribute as other
        on link.confrelid = other.attrelid and place.other = other.attnum
    left join system.classified_columns as classified
        on
            child.relation = classified.relation
            and own.attname = classified.column_name
            and classified.class = 'subject'
    where
        link.contype = 'f'
        and link.conparentid = 0
        and child.relation = coalesce(p_table, child.relation)
    group by link.oid, link.conrelid, link.confrelid
    having bool_and(classified.column_name is not null);
$function$;

comment on function system.subject_edges(regclass) is
'Return the foreign keys along which a row belongs to the person of the row that it
refers to: those whose columns are all classified as subject.
p_table: those of this table alone.';

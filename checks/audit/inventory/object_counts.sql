-- title: Objects by schema
-- id: INV005
-- cost: catalog
-- bar: size_bytes
with relations as (
    select
        namespace.oid,
        count(*) filter (
            where relation.relkind in ('r', 'p') and not relation.relispartition
        ) as tables,
        count(*) filter (
            where relation.relkind in ('r', 'p') and relation.relispartition
        ) as partitions,
        count(*) filter (where relation.relkind = 'v') as views,
        count(*) filter (where relation.relkind = 'm') as matviews,
        count(*) filter (where relation.relkind in ('i', 'I')) as indexes,
        coalesce(
            sum(pg_total_relation_size(relation.oid)) filter (
                where relation.relkind in ('r', 'm')
            ),
            0
        )::bigint as size_bytes
    from pg_namespace as namespace
    left join pg_class as relation on namespace.oid = relation.relnamespace
    where
        namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
    group by namespace.oid
),

counts as (
    select
        namespace.nspname as schema_name,
        relations.tables,
        relations.partitions,
        relations.views,
        relations.matviews,
        relations.indexes,
        relations.size_bytes,
        (
            select count(*) from pg_proc as function
            where function.pronamespace = namespace.oid
        ) as functions,
        (
            select count(*) from pg_type as data_type
            where
                data_type.typnamespace = namespace.oid
                and data_type.typtype in ('e', 'd')
        ) as types
    from relations
    inner join pg_namespace as namespace on relations.oid = namespace.oid
)

select
    counts.schema_name,
    counts.tables,
    counts.partitions,
    counts.views,
    counts.matviews,
    counts.indexes,
    counts.functions,
    counts.types,
    counts.size_bytes
from counts
order by counts.size_bytes desc, counts.schema_name asc;

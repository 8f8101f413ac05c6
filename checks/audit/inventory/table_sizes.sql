-- title: Tables by size
-- id: INV001
-- cost: catalog
-- note: partitions are counted with their parent; the share is of the whole database
-- bar: total_bytes
with whole as materialized (
    select pg_database_size(current_database()) as size_bytes
),

leaves as (
    select
        relation.oid,
        coalesce(pg_partition_root(relation.oid), relation.oid) as root,
        pg_table_size(relation.oid) as table_bytes,
        pg_indexes_size(relation.oid) as index_bytes,
        coalesce(pg_total_relation_size(nullif(relation.reltoastrelid, 0)), 0)
            as toast_bytes
    from pg_class as relation
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    where
        relation.relkind in ('r', 'm')
        and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
)

select
    format('%I.%I', namespace.nspname, root.relname) as table_name,
    count(*) filter (where leaves.oid <> leaves.root) as partitions,
    sum(leaves.table_bytes - leaves.toast_bytes)::bigint as heap_bytes,
    sum(leaves.index_bytes)::bigint as index_bytes,
    sum(leaves.toast_bytes)::bigint as toast_bytes,
    sum(leaves.table_bytes + leaves.index_bytes)::bigint as total_bytes,
    round(
        100.0 * sum(leaves.table_bytes + leaves.index_bytes) / max(whole.size_bytes), 1
    ) as share_percent
from leaves
cross join whole
inner join pg_class as root on leaves.root = root.oid
inner join pg_namespace as namespace on root.relnamespace = namespace.oid
group by namespace.nspname, root.relname
order by total_bytes desc, table_name asc;

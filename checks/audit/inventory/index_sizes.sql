-- title: Indexes by size
-- id: INV011
-- cost: statistics
-- note: scans are those since the statistics began, on this server alone
-- bar: size_bytes
with leaves as (
    select
        index_relation.oid,
        coalesce(pg_partition_root(index_relation.oid), index_relation.oid) as root,
        pg_relation_size(index_relation.oid) as size_bytes,
        coalesce(activity.idx_scan, 0) as scans
    from pg_class as index_relation
    inner join pg_namespace as namespace
        on index_relation.relnamespace = namespace.oid
    left join pg_stat_all_indexes as activity
        on index_relation.oid = activity.indexrelid
    where
        index_relation.relkind = 'i'
        and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
),

indexes as (
    select
        relation.relname as table_name,
        access_method.amname as method,
        index_entry.indisunique as is_unique,
        format('%I.%I', namespace.nspname, root.relname) as index_name,
        sum(leaves.scans)::bigint as scans,
        sum(leaves.size_bytes)::bigint as size_bytes
    from leaves
    inner join pg_class as root on leaves.root = root.oid
    inner join pg_namespace as namespace on root.relnamespace = namespace.oid
    inner join pg_index as index_entry on root.oid = index_entry.indexrelid
    inner join pg_class as relation on index_entry.indrelid = relation.oid
    inner join pg_am as access_method on root.relam = access_method.oid
    group by
        namespace.nspname, root.relname, relation.relname, access_method.amname,
        index_entry.indisunique
)

select
    indexes.index_name,
    indexes.table_name,
    indexes.method,
    indexes.is_unique,
    indexes.scans,
    indexes.size_bytes
from indexes
order by indexes.size_bytes desc, indexes.index_name asc;

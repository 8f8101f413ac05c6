-- title: Tables by rows
-- id: INV002
-- cost: statistics
-- note: an estimate of the last vacuum or analyze, with its time; no count
-- bar: estimated_rows
with leaves as (
    select
        relation.reltuples,
        coalesce(pg_partition_root(relation.oid), relation.oid) as root,
        greatest(
            activity.last_vacuum, activity.last_autovacuum,
            activity.last_analyze, activity.last_autoanalyze
        ) as estimated_at,
        coalesce(activity.n_mod_since_analyze, 0) as changes
    from pg_class as relation
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    left join pg_stat_all_tables as activity on relation.oid = activity.relid
    where
        relation.relkind in ('r', 'm')
        and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
)

select
    format('%I.%I', namespace.nspname, root.relname) as table_name,
    sum(leaves.reltuples) filter (where leaves.reltuples >= 0)::bigint
        as estimated_rows,
    sum(leaves.changes)::bigint as changes_since,
    min(leaves.estimated_at) as estimated_at
from leaves
inner join pg_class as root on leaves.root = root.oid
inner join pg_namespace as namespace on root.relnamespace = namespace.oid
group by namespace.nspname, root.relname
order by estimated_rows desc nulls last, table_name asc;

-- title: Column that is nearly always null
-- id: KEY010
-- area: data
-- severity: info
-- cost: planner
-- requires: select, statistics
-- why: a column that is filled in one row of twenty was abandoned, or belongs to a
-- why: table of its own
-- fix: drop it if nobody writes it any more, else move it out

-- By the statistics of ANALYZE; partitions count by their rows. Tables of less than a
-- thousand rows are left out.
with columns as (
    select
        statistics.attname,
        statistics.null_frac,
        relation.reltuples,
        coalesce(pg_partition_root(relation.oid), relation.oid) as root
    from pg_stats as statistics
    inner join pg_namespace as namespace on statistics.schemaname = namespace.nspname
    inner join pg_class as relation
        on
            namespace.oid = relation.relnamespace
            and statistics.tablename = relation.relname
    where
        relation.relkind = 'r'
        and relation.reltuples > 0
        and not statistics.inherited
        and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
        and not exists (
            select from pg_depend as dependency
            where
                dependency.classid = 'pg_class'::regclass
                and dependency.objid = relation.oid
                and dependency.deptype = 'e'
        )
),

shares as (
    select
        columns.root,
        columns.attname,
        sum(columns.reltuples) as total,
        sum(columns.null_frac * columns.reltuples) / sum(columns.reltuples)
            as null_share
    from columns
    group by columns.root, columns.attname
)

select
    format('%I.%I.%I', namespace.nspname, root.relname, shares.attname) as subject,
    format(
        '%s %% of about %s rows', round((100 * shares.null_share)::numeric, 1),
        shares.total::bigint
    ) as detail
from shares
inner join pg_class as root on shares.root = root.oid
inner join pg_namespace as namespace on root.relnamespace = namespace.oid
where shares.null_share >= 0.95 and shares.total >= 1000
order by subject;

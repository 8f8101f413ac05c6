-- What the named relations are like now, their partitions counted in; an index stands for
-- its table. names: as SQL spells them. exact: ask the files, which waits for whoever holds
-- a table exclusively; else the statistics.
with recursive wanted as (
    select
        asked.name,
        coalesce(
            (
                select index.indrelid from pg_catalog.pg_index as index
                where index.indexrelid = to_regclass(asked.name)
            ),
            to_regclass(asked.name)
        )::oid as root
    from unnest(%(names)s::text[]) as asked (name)
),

members as (
    select
        wanted.root,
        wanted.root as member
    from wanted
    where wanted.root is not null
    union
    select
        members.root,
        child.inhrelid as member
    from members
    inner join pg_catalog.pg_inherits as child on members.member = child.inhparent
),

sizes as (
    select
        members.root,
        class.relkind,
        class.reltuples,
        case
            when %(exact)s then pg_total_relation_size(class.oid)
            else class.relpages * current_setting('block_size')::bigint
        end as total_bytes,
        case
            when %(exact)s then pg_table_size(class.oid)
            else class.relpages * current_setting('block_size')::bigint
        end as table_bytes,
        coalesce(stats.seq_scan, 0) + coalesce(stats.idx_scan, 0) as scans,
        coalesce(stats.n_tup_ins + stats.n_tup_upd + stats.n_tup_del, 0) as writes
    from members
    inner join pg_catalog.pg_class as class on members.member = class.oid
    left join pg_catalog.pg_stat_all_tables as stats on class.oid = stats.relid
),

-- The rows of a partitioned table are those of its partitions; fewer than 0 are unknown.
totals as (
    select
        sizes.root,
        sum(sizes.total_bytes)::bigint as total_bytes,
        sum(sizes.table_bytes)::bigint as table_bytes,
        sum(sizes.reltuples) filter (
            where sizes.relkind <> 'p' and sizes.reltuples >= 0
        )::bigint as estimated_rows,
        sum(sizes.scans)::bigint as scans,
        sum(sizes.writes)::bigint as writes
    from sizes
    group by sizes.root
)

select
    wanted.name,
    format('%%I.%%I', namespace.nspname, root.relname) as table_name,
    root.relkind::text as kind,
    totals.total_bytes,
    totals.table_bytes,
    totals.estimated_rows,
    totals.scans,
    totals.writes,
    extract(epoch from statement_timestamp() - database.stats_reset)::float
        as counted_seconds
from wanted
inner join totals on wanted.root = totals.root
inner join pg_catalog.pg_class as root on wanted.root = root.oid
inner join pg_catalog.pg_namespace as namespace on root.relnamespace = namespace.oid
inner join pg_catalog.pg_stat_database as database
    on database.datname = current_database()
order by wanted.name;

-- title: Index that was never read
-- id: IDX001
-- area: indexes
-- severity: info
-- cost: statistics
-- requires: window:14 days
-- why: every write maintains it; but unused in this window is not unused for ever
-- fix: look at the replicas and at month-end reports first, then drop it concurrently

-- Left out: what a constraint or the replica identity needs, what is smaller than 1 MB,
-- and indexes of tables that were read less than 100 times, which say nothing.
with indexes as (
    select
        index_entry.indexrelid,
        index_entry.indrelid,
        relation.relkind,
        format('%I.%I', namespace.nspname, index_relation.relname) as name
    from pg_index as index_entry
    inner join pg_class as index_relation
        on index_entry.indexrelid = index_relation.oid
    inner join pg_class as relation on index_entry.indrelid = relation.oid
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    where
        index_entry.indisvalid
        and not index_entry.indisunique
        and not index_entry.indisexclusion
        and not index_entry.indisreplident
        and not relation.relispartition
        and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
        and not exists (
            select from pg_depend as dependency
            where
                dependency.classid = 'pg_class'::regclass
                and dependency.objid = relation.oid
                and dependency.deptype = 'e'
        )
),

measured as (
    select
        indexes.indexrelid,
        indexes.name,
        indexes.relkind,
        sum(pg_relation_size(tree.relid)) as size_bytes,
        sum(coalesce(index_use.idx_scan, 0)) as scans,
        sum(coalesce(table_use.seq_scan, 0) + coalesce(table_use.idx_scan, 0)) as reads
    from indexes
    cross join
        lateral (
            select indexes.indexrelid as relid
            union
            select partition.relid
            from pg_partition_tree(indexes.indexrelid) as partition
        ) as tree
    left join pg_stat_all_indexes as index_use on tree.relid = index_use.indexrelid
    left join pg_stat_all_tables as table_use on index_use.relid = table_use.relid
    group by indexes.indexrelid, indexes.name, indexes.relkind
)

select
    measured.name as subject,
    format(
        '%s on disk, while its table was read %s times',
        pg_size_pretty(measured.size_bytes), measured.reads
    ) as detail,
    format(
        'drop index %s%s;',
        case measured.relkind when 'p' then '' else 'concurrently ' end, measured.name
    ) as fix_sql,
    replace(pg_get_indexdef(measured.indexrelid), ' ON ONLY ', ' ON ')
    || ';' as undo_sql
from measured
where
    measured.scans = 0
    and measured.reads >= 100
    and measured.size_bytes >= 1024 * 1024
order by measured.size_bytes desc, subject asc;

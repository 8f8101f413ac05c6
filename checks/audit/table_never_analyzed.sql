-- title: Table that was never analyzed
-- id: MNT005
-- area: operations
-- severity: warning
-- cost: catalog
-- why: the planner guesses, and joins the large table as if it were empty; autovacuum
-- why: never analyzes the parent of partitions
-- fix: run ANALYZE on it; for a partitioned table keep doing so from a schedule

-- Tables of less than 1 MB are left out.
select
    format('%I.%I', namespace.nspname, relation.relname) as subject,
    format(
        '%s%s', pg_size_pretty(sum(pg_relation_size(tree.relid))),
        case relation.relkind when 'p' then ' in its partitions' else '' end
    ) as detail,
    format('analyze %I.%I;', namespace.nspname, relation.relname) as fix_sql
from pg_class as relation
inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
cross join
    lateral (
        select relation.oid as relid
        union
        select partition.relid from pg_partition_tree(relation.oid) as partition
    ) as tree
where
    relation.relkind in ('r', 'p', 'm')
    and not relation.relispartition
    and relation.reltuples < 0
    and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
    and not exists (
        select from pg_depend as dependency
        where
            dependency.classid = 'pg_class'::regclass
            and dependency.objid = relation.oid
            and dependency.deptype = 'e'
    )
group by namespace.nspname, relation.relname, relation.relkind
having sum(pg_relation_size(tree.relid)) >= 1024 * 1024
order by sum(pg_relation_size(tree.relid)) desc, subject asc;

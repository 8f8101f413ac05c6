-- title: Table without a single row
-- id: STR005
-- area: structure
-- severity: info
-- cost: catalog
-- why: a table that was never filled is a feature that was never finished
-- fix: fill it, or drop it after a look for code that expects it
select
    format('%I.%I', namespace.nspname, relation.relname) as subject,
    case relation.relkind
        when 'p' then format('%s partitions, all empty', count(tree.relid))
        else 'the table takes no space'
    end as detail
from pg_class as relation
inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
left join lateral (
    select partition.relid
    from pg_partition_tree(relation.oid) as partition
    where partition.isleaf
) as tree on relation.relkind = 'p'
where
    relation.relkind in ('r', 'p')
    and not relation.relispartition
    and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
    and not exists (
        select from pg_depend as dependency
        where
            dependency.classid = 'pg_class'::regclass
            and dependency.objid = relation.oid
            and dependency.deptype = 'e'
    )
group by relation.oid, namespace.nspname, relation.relname, relation.relkind
having
    pg_relation_size(relation.oid) = 0
    and coalesce(sum(pg_relation_size(tree.relid)), 0) = 0
order by subject;

-- title: Table that looks left over
-- id: STR004
-- area: structure
-- severity: warning
-- cost: catalog
-- why: a copy made for a day is read by mistake, backed up and migrated for years
-- fix: find out who reads it, archive the rows, then drop it
select
    format('%I.%I', namespace.nspname, relation.relname) as subject,
    format(
        '%s on disk', pg_size_pretty(sum(pg_total_relation_size(tree.relid)))
    ) as detail
from pg_class as relation
inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
cross join
    lateral (
        select relation.oid as relid
        union
        select partition.relid from pg_partition_tree(relation.oid) as partition
    ) as tree
where
    relation.relkind in ('r', 'p')
    and (
        relation.relname ~* '_(old|bak|bkp|backup|tmp|temp|copy|orig|deprecated)_?\d*$'
        or relation.relname ~* '^(old|bak|backup|tmp|temp|copy_of|zz|deprecated)_'
        or relation.relname ~ '_(19|20)\d\d_?(0\d|1[0-2])_?[0-3]\d$'
    )
    and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
    and not exists (
        select from pg_inherits as ancestry
        where ancestry.inhrelid = relation.oid
    )
    and not exists (
        select from pg_depend as dependency
        where
            dependency.classid = 'pg_class'::regclass
            and dependency.objid = relation.oid
            and dependency.deptype = 'e'
    )
group by namespace.nspname, relation.relname
order by subject;

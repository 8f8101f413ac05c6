-- title: Index that is the beginning of a longer one
-- id: IDX003
-- area: indexes
-- severity: info
-- cost: catalog
-- why: the longer index answers every question that the shorter one does, and every
-- why: write maintains both
-- fix: drop the shorter one, unless it is much smaller and read all the time
with indexes as (
    select
        index_entry.indexrelid,
        index_entry.indrelid,
        index_entry.indisunique,
        index_entry.indisreplident,
        index_entry.indnatts,
        index_entry.indnkeyatts,
        relation.relkind,
        index_entry.indkey::int2[] as columns,
        index_entry.indclass::oid[] as classes,
        index_entry.indcollation::oid[] as collations,
        index_entry.indoption::int2[] as options,
        format('%I.%I', namespace.nspname, index_relation.relname) as name,
        coalesce(pg_get_expr(index_entry.indpred, index_entry.indrelid), '')
            as predicate
    from pg_index as index_entry
    inner join pg_class as index_relation
        on index_entry.indexrelid = index_relation.oid
    inner join pg_am as access_method on index_relation.relam = access_method.oid
    inner join pg_class as relation on index_entry.indrelid = relation.oid
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    where
        access_method.amname = 'btree'
        and index_entry.indisvalid
        and index_entry.indexprs is null
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

covered as (
    select distinct on (shorter.indexrelid)
        shorter.indexrelid,
        shorter.name,
        shorter.relkind,
        longer.name as longer_name
    from indexes as shorter
    inner join indexes as longer
        on
            shorter.indrelid = longer.indrelid
            and shorter.predicate = longer.predicate
            and shorter.indnkeyatts < longer.indnkeyatts
            and shorter.columns[0:shorter.indnkeyatts - 1]
            = longer.columns[0:shorter.indnkeyatts - 1]
            and shorter.classes[0:shorter.indnkeyatts - 1]
            = longer.classes[0:shorter.indnkeyatts - 1]
            and shorter.collations[0:shorter.indnkeyatts - 1]
            = longer.collations[0:shorter.indnkeyatts - 1]
            and shorter.options[0:shorter.indnkeyatts - 1]
            = longer.options[0:shorter.indnkeyatts - 1]
    where
        not shorter.indisunique
        and not shorter.indisreplident
        and shorter.indnatts = shorter.indnkeyatts
    order by shorter.indexrelid, longer.indnkeyatts, longer.name
)

select
    covered.name as subject,
    format(
        'covered by %s; %s on disk', covered.longer_name,
        pg_size_pretty(sum(pg_relation_size(tree.relid)))
    ) as detail,
    format(
        'drop index %s%s;',
        case covered.relkind when 'p' then '' else 'concurrently ' end, covered.name
    ) as fix_sql,
    replace(pg_get_indexdef(covered.indexrelid), ' ON ONLY ', ' ON ') || ';' as undo_sql
from covered
cross join
    lateral (
        select covered.indexrelid as relid
        union
        select partition.relid from pg_partition_tree(covered.indexrelid) as partition
    ) as tree
group by covered.indexrelid, covered.name, covered.longer_name, covered.relkind
order by subject;

-- title: Index that another one repeats
-- id: IDX002
-- area: indexes
-- severity: warning
-- cost: catalog
-- why: every write maintains both, and both take space and cache
-- fix: drop the one that no constraint needs
with indexes as (
    select
        index_entry.indexrelid,
        relation.relkind,
        entry.oid as constraint_oid,
        entry.conname,
        format('%I.%I', namespace.nspname, index_relation.relname) as name,
        format('%I.%I', namespace.nspname, relation.relname) as table_name,
        concat_ws(
            '/', index_entry.indrelid, index_relation.relam, index_entry.indkey,
            index_entry.indnkeyatts, index_entry.indclass, index_entry.indcollation,
            index_entry.indoption,
            coalesce(pg_get_expr(index_entry.indexprs, index_entry.indrelid), '-'),
            coalesce(pg_get_expr(index_entry.indpred, index_entry.indrelid), '-')
        ) as shape,
        array[
            index_entry.indisprimary, entry.oid is not null, index_entry.indisreplident,
            index_entry.indisunique, index_entry.indisclustered
        ] as weight
    from pg_index as index_entry
    inner join pg_class as index_relation
        on index_entry.indexrelid = index_relation.oid
    inner join pg_class as relation on index_entry.indrelid = relation.oid
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    left join pg_constraint as entry
        on
            index_entry.indexrelid = entry.conindid
            and entry.contype in ('p', 'u', 'x')
    where
        index_entry.indisvalid
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

ranked as (
    select
        indexes.indexrelid,
        indexes.relkind,
        indexes.constraint_oid,
        indexes.conname,
        indexes.name,
        indexes.table_name,
        first_value(indexes.name) over same_shape as kept,
        row_number() over same_shape as place
    from indexes
    window same_shape as (
        partition by indexes.shape
        order by indexes.weight desc, indexes.indexrelid asc
    )
)

select
    ranked.name as subject,
    format(
        'the same as %s; %s on disk', ranked.kept,
        pg_size_pretty(sum(pg_relation_size(tree.relid)))
    ) as detail,
    case
        when ranked.conname is not null
            then
                format(
                    'alter table %s drop constraint %I;',
                    ranked.table_name, ranked.conname
                )
        when ranked.relkind = 'p' then format('drop index %s;', ranked.name)
        else format('drop index concurrently %s;', ranked.name)
    end as fix_sql,
    case
        when ranked.conname is not null
            then
                format(
                    'alter table %s add constraint %I %s;', ranked.table_name,
                    ranked.conname, pg_get_constraintdef(ranked.constraint_oid)
                )
        else replace(pg_get_indexdef(ranked.indexrelid), ' ON ONLY ', ' ON ') || ';'
    end as undo_sql
from ranked
cross join
    lateral (
        select ranked.indexrelid as relid
        union
        select partition.relid from pg_partition_tree(ranked.indexrelid) as partition
    ) as tree
where ranked.place > 1
group by
    ranked.indexrelid, ranked.name, ranked.kept, ranked.relkind, ranked.conname,
    ranked.table_name, ranked.constraint_oid
order by subject;

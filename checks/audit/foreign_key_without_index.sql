-- title: Foreign key without an index
-- id: KEY001
-- area: keys
-- severity: warning
-- cost: catalog
-- why: deleting or updating one row of the parent reads the whole child table, and
-- why: locks stay held meanwhile
-- fix: create the index, concurrently; on a partitioned table create it on each
-- fix: partition first
with foreign_keys as (
    select
        reference.oid,
        reference.conname,
        reference.conrelid,
        reference.conkey,
        reference.confrelid::regclass as parent,
        relation.relkind,
        relation.relname,
        relation.relnamespace,
        namespace.nspname,
        format('%I.%I', namespace.nspname, relation.relname) as table_name
    from pg_constraint as reference
    inner join pg_class as relation on reference.conrelid = relation.oid
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    where
        reference.contype = 'f'
        and reference.conparentid = 0
        and not relation.relispartition
        and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
        and not exists (
            select from pg_depend as dependency
            where
                dependency.classid = 'pg_class'::regclass
                and dependency.objid = relation.oid
                and dependency.deptype = 'e'
        )
        -- Its leading columns are those of the key, in any order; where it is partial,
        -- it leaves out only nulls, which refer to nothing.
        and not exists (
            select from pg_index as index_entry
            where
                index_entry.indrelid = reference.conrelid
                and index_entry.indisvalid
                and (index_entry.indkey::int2[])[0:cardinality(reference.conkey) - 1]
                @> reference.conkey
                and (
                    index_entry.indpred is null
                    or pg_get_expr(index_entry.indpred, index_entry.indrelid)
                    ~ '^\(\w+ IS NOT NULL\)$'
                )
        )
),

columns as (
    select
        foreign_keys.oid,
        string_agg(quote_ident(attribute.attname), ', ' order by key.position) as list,
        string_agg(attribute.attname, '_' order by key.position) as words
    from foreign_keys
    cross join
        lateral unnest(foreign_keys.conkey) with ordinality
            as key (attnum, position)
    inner join pg_attribute as attribute
        on
            foreign_keys.conrelid = attribute.attrelid
            and key.attnum = attribute.attnum
    group by foreign_keys.oid
),

named as (
    select
        foreign_keys.oid,
        left(foreign_keys.relname || '_' || columns.words, 58)
        || case when taken.oid is null then '_idx' else '_idx1' end as index_name
    from foreign_keys
    inner join columns on foreign_keys.oid = columns.oid
    left join pg_class as taken
        on
            foreign_keys.relnamespace = taken.relnamespace
            and left(foreign_keys.relname || '_' || columns.words, 58) || '_idx'
            = taken.relname
)

select
    format('%s.%I', foreign_keys.table_name, foreign_keys.conname) as subject,
    format('(%s) refers to %s', columns.list, foreign_keys.parent) as detail,
    format(
        'create index %s%I on %s (%s);',
        case foreign_keys.relkind when 'p' then '' else 'concurrently ' end,
        named.index_name, foreign_keys.table_name, columns.list
    ) as fix_sql,
    format(
        'drop index %s%I.%I;',
        case foreign_keys.relkind when 'p' then '' else 'concurrently ' end,
        foreign_keys.nspname, named.index_name
    ) as undo_sql
from foreign_keys
inner join columns on foreign_keys.oid = columns.oid
inner join named on foreign_keys.oid = named.oid
order by subject;

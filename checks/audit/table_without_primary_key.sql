-- title: Table without a primary key
-- id: STR001
-- area: structure
-- severity: error
-- cost: catalog
-- why: rows cannot be told apart, so duplicates stay unnoticed, logical replication
-- why: refuses updates and a move to another table cannot be compared row by row
-- fix: add a primary key on the columns that identify a row; where no columns do,
-- fix: remove the duplicates first, then add an identity column
with tables as (
    select
        relation.oid,
        relation.relname,
        format('%I.%I', namespace.nspname, relation.relname) as name
    from pg_class as relation
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
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
),

candidates as (
    select distinct on (index_entry.indrelid)
        index_entry.indrelid,
        columns.list
    from pg_index as index_entry
    cross join
        lateral (
            select
                string_agg(quote_ident(attribute.attname), ', ' order by key.position)
                    as list,
                bool_and(attribute.attnotnull) as is_complete
            from
                unnest(index_entry.indkey::int2[]) with ordinality
                    as key (attnum, position)
            left join pg_attribute as attribute
                on
                    index_entry.indrelid = attribute.attrelid
                    and key.attnum = attribute.attnum
            where key.position <= index_entry.indnkeyatts
        ) as columns
    where
        index_entry.indisunique
        and index_entry.indisvalid
        and index_entry.indimmediate
        and index_entry.indpred is null
        and index_entry.indexprs is null
        and columns.is_complete
    order by index_entry.indrelid, index_entry.indnkeyatts, index_entry.indexrelid
)

select
    tables.name as subject,
    case
        when candidates.list is null
            then 'no unique key over columns that are never null either'
        else format('(%s) is unique and never null', candidates.list)
    end as detail,
    case
        when candidates.list is not null
            then
                format(
                    'alter table %s add constraint %I primary key (%s);',
                    tables.name, left(tables.relname, 58) || '_pkey', candidates.list
                )
    end as fix_sql,
    case
        when candidates.list is not null
            then
                format(
                    'alter table %s drop constraint %I;',
                    tables.name, left(tables.relname, 58) || '_pkey'
                )
    end as undo_sql
from tables
left join candidates on tables.oid = candidates.indrelid
where
    not exists (
        select from pg_index as primary_index
        where primary_index.indrelid = tables.oid and primary_index.indisprimary
    )
order by tables.name;

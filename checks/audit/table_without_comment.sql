-- title: Tables and columns without a comment
-- id: DOC001
-- area: documentation
-- severity: info
-- cost: catalog
-- why: units, zones and sources are guessed, and guessed differently by every reader
-- fix: say with "comment on" what a row is, and what each column's unit and source are
with tables as (
    select
        relation.oid,
        namespace.nspname,
        obj_description(relation.oid, 'pg_class') is not null as has_comment
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

columns as (
    select
        tables.nspname,
        count(*) as total,
        count(col_description(tables.oid, attribute.attnum)) as commented
    from tables
    inner join pg_attribute as attribute on tables.oid = attribute.attrelid
    where attribute.attnum > 0 and not attribute.attisdropped
    group by tables.nspname
),

totals as (
    select
        tables.nspname,
        count(*) as total,
        count(*) filter (where tables.has_comment) as commented
    from tables
    group by tables.nspname
)

select
    quote_ident(totals.nspname) as subject,
    format(
        '%s of %s tables and %s of %s columns have one', totals.commented, totals.total,
        coalesce(columns.commented, 0), coalesce(columns.total, 0)
    ) as detail,
    case
        when totals.commented < 0.5 * totals.total then 'warning' else 'info'
    end as severity
from totals
left join columns on totals.nspname = columns.nspname
where totals.commented < totals.total or columns.commented < columns.total
order by subject;

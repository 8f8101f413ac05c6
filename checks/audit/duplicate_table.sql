-- title: Table with the same columns as another
-- id: STR002
-- area: structure
-- severity: warning
-- cost: catalog
-- why: two tables of one shape usually hold one thing twice, and readers of the one
-- why: miss what was written to the other
-- fix: compare the rows, keep the table that is written, and leave a view of the
-- fix: other's name
with columns as (
    select
        relation.oid,
        attribute.attname,
        format('%I.%I', namespace.nspname, relation.relname) as table_name,
        format_type(attribute.atttypid, null) as type_name,
        attribute.attname not in (
            'id', 'uuid', 'key', 'code', 'name', 'slug', 'title', 'description',
            'notes', 'metadata', 'created_at', 'updated_at', 'deleted_at',
            'created_by', 'updated_by'
        ) as is_telling
    from pg_class as relation
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    inner join pg_attribute as attribute on relation.oid = attribute.attrelid
    where
        relation.relkind in ('r', 'p')
        and attribute.attnum > 0
        and not attribute.attisdropped
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
),

shapes as (
    select
        columns.table_name,
        count(*) as column_count,
        string_agg(
            format('%I %s', columns.attname, columns.type_name),
            ', ' order by columns.attname
        ) as shape
    from columns
    group by columns.oid, columns.table_name
    having count(*) filter (where columns.is_telling) >= 2
),

named as (
    select
        shapes.table_name,
        shapes.column_count,
        first_value(shapes.table_name) over (
            partition by shapes.shape
            order by shapes.table_name
        ) as first_table
    from shapes
)

select
    named.table_name as subject,
    format(
        'the same %s columns as %s', named.column_count, named.first_table
    ) as detail
from named
where named.table_name <> named.first_table
order by named.table_name;

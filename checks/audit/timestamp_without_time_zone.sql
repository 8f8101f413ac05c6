-- title: Time without a time zone
-- id: TYP003
-- area: types
-- severity: warning
-- cost: catalog
-- why: the instant depends on who reads it, so freshness and order are guesses as soon
-- why: as two writers sit in two zones
-- fix: find out which zone was written, then change the type; the fix assumes UTC, and
-- fix: rewrites the table unless the session's zone is UTC
with columns as (
    select
        attribute.attname,
        attribute.atttypid,
        attribute.atttypmod,
        -- The type of a partition key cannot be changed in place.
        attribute.atttypid = 'timestamp'::regtype
        and not coalesce(
            attribute.attnum = any(partitioning.partattrs::int2[]), false
        ) as is_fixable,
        format('%I.%I', namespace.nspname, relation.relname) as table_name
    from pg_class as relation
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    inner join pg_attribute as attribute on relation.oid = attribute.attrelid
    left join pg_partitioned_table as partitioning
        on relation.oid = partitioning.partrelid
    where
        relation.relkind in ('r', 'p')
        and not relation.relispartition
        and attribute.attnum > 0
        and not attribute.attisdropped
        and attribute.atttypid in ('timestamp'::regtype, 'timetz'::regtype)
        and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
        and not exists (
            select from pg_depend as dependency
            where
                dependency.classid = 'pg_class'::regclass
                and dependency.objid = relation.oid
                and dependency.deptype = 'e'
        )
)

select
    format('%s.%I', columns.table_name, columns.attname) as subject,
    format_type(columns.atttypid, columns.atttypmod) as detail,
    case
        when columns.is_fixable
            then
                format(
                    'alter table %s alter column %I type timestamptz '
                    || 'using %I at time zone ''UTC'';',
                    columns.table_name, columns.attname, columns.attname
                )
    end as fix_sql,
    case
        when columns.is_fixable
            then
                format(
                    'alter table %s alter column %I type %s '
                    || 'using %I at time zone ''UTC'';',
                    columns.table_name, columns.attname,
                    format_type(columns.atttypid, columns.atttypmod), columns.attname
                )
    end as undo_sql
from columns
order by subject;

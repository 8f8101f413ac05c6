-- title: Instant kept as a number
-- id: TYP012
-- area: types
-- severity: info
-- cost: catalog
-- why: nothing says whether it counts seconds or milliseconds, and no range query,
-- why: partition or freshness rule understands it
-- fix: add a timestamptz column, fill it with to_timestamp(), and drop the number
select
    format('%I.%I.%I', namespace.nspname, relation.relname, attribute.attname)
        as subject,
    format_type(attribute.atttypid, attribute.atttypmod) as detail
from pg_class as relation
inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
inner join pg_attribute as attribute on relation.oid = attribute.attrelid
where
    relation.relkind in ('r', 'p')
    and not relation.relispartition
    and attribute.attnum > 0
    and not attribute.attisdropped
    and attribute.atttypid in (
        'int4'::regtype, 'int8'::regtype, 'numeric'::regtype, 'float8'::regtype
    )
    and attribute.attname
    ~* '(^|_)(at|ts|timestamp|timestamp_ms|epoch|epoch_ms|unixtime)$'
    and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
    and not exists (
        select from pg_depend as dependency
        where
            dependency.classid = 'pg_class'::regclass
            and dependency.objid = relation.oid
            and dependency.deptype = 'e'
    )
order by subject;

-- title: Unique key that contains the time of arrival
-- id: KEY015
-- area: keys
-- severity: warning
-- cost: catalog
-- why: two loads of one payload arrive at two instants, so the key never refuses the
-- why: second; it costs an index and protects nothing
-- fix: key on what the provider sent, such as its own time or id
select
    format('%I.%I', namespace.nspname, index_relation.relname) as subject,
    string_agg(
        format(
            '%I in it defaults to %s', attribute.attname,
            pg_get_expr(attribute_default.adbin, attribute_default.adrelid)
        ),
        '; ' order by attribute.attnum
    ) as detail
from pg_index as index_entry
inner join pg_class as index_relation on index_entry.indexrelid = index_relation.oid
inner join pg_class as relation on index_entry.indrelid = relation.oid
inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
inner join pg_attribute as attribute
    on
        relation.oid = attribute.attrelid
        and attribute.attnum = any(index_entry.indkey::int2[])
inner join pg_attrdef as attribute_default
    on
        relation.oid = attribute_default.adrelid
        and attribute.attnum = attribute_default.adnum
where
    index_entry.indisunique
    and index_entry.indnkeyatts > 1
    and not relation.relispartition
    and attribute.atttypid in ('timestamp'::regtype, 'timestamptz'::regtype)
    and pg_get_expr(attribute_default.adbin, attribute_default.adrelid)
    ~* '^\(?(now\(\)|current_timestamp|clock_timestamp\(\)|statement_timestamp\(\))'
    -- The key of a partitioned table has to contain the column it is partitioned by.
    and not exists (
        select from pg_partitioned_table as partitioning
        where
            partitioning.partrelid = relation.oid
            and attribute.attnum = any(partitioning.partattrs::int2[])
    )
    and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
    and not exists (
        select from pg_depend as dependency
        where
            dependency.classid = 'pg_class'::regclass
            and dependency.objid = relation.oid
            and dependency.deptype = 'e'
    )
group by namespace.nspname, index_relation.relname
order by subject;

-- The tables whose indexes a REINDEX makes anew, with their partitions and TOAST tables.
-- kind: index, table, schema or database. name: of it.
with named as (
    select entry.indrelid as oid
    from pg_catalog.pg_index as entry
    where %(kind)s = 'index' and entry.indexrelid = to_regclass(%(name)s)
    union
    select to_regclass(%(name)s)::oid as oid
    where %(kind)s = 'table'
    union
    select class.oid
    from pg_catalog.pg_class as class
    where %(kind)s = 'schema' and class.relnamespace = to_regnamespace(%(name)s)
    union
    select entry.indrelid as oid
    from pg_catalog.pg_index as entry
    where %(kind)s = 'database' and not entry.indisvalid
),

members as (
    select named.oid
    from named
    union
    select tree.relid::oid as oid
    from named
    cross join lateral pg_partition_tree(named.oid) as tree
)

select members.oid
from members
union
select class.reltoastrelid as oid
from members
inner join pg_catalog.pg_class as class on members.oid = class.oid
where class.reltoastrelid <> 0;

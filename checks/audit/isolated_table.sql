-- title: Table without any foreign key, in or out
-- id: STR007
-- area: structure
-- severity: info
-- cost: catalog
-- why: nothing says what its rows belong to, so nothing keeps them from going stale
-- fix: declare the keys that its columns follow; see KEY002 for the likely ones
with tables as (
    select
        relation.oid,
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

links as (
    select
        coalesce(pg_partition_root(reference.conrelid), reference.conrelid) as child,
        coalesce(pg_partition_root(reference.confrelid), reference.confrelid) as parent
    from pg_constraint as reference
    where reference.contype = 'f'
)

select
    tables.name as subject,
    'neither refers to a table nor is referred to' as detail
from tables
where
    not exists (
        select from links
        where
            (links.child = tables.oid or links.parent = tables.oid)
            and links.child <> links.parent
    )
order by tables.name;

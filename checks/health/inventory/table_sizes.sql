-- title: Largest tables of the toolkit
-- id: HLT008
-- bar: total_bytes
select
    format('%I.%I', namespace.nspname, root.relname) as table_name,
    sum(nullif(leaf.reltuples, -1))::bigint as estimated_rows,
    sum(pg_total_relation_size(leaf.oid))::bigint as total_bytes
from pg_class as leaf
inner join pg_class as root
    on coalesce(pg_partition_root(leaf.oid), leaf.oid) = root.oid
inner join pg_namespace as namespace on root.relnamespace = namespace.oid
where
    leaf.relkind in ('r', 'm')
    and namespace.oid in (
        'core'::regnamespace, 'products'::regnamespace, 'integration'::regnamespace,
        'sync'::regnamespace, 'equities'::regnamespace, 'system'::regnamespace,
        'strangler'::regnamespace, 'analytics'::regnamespace
    )
group by namespace.nspname, root.relname
order by total_bytes desc, table_name asc
limit 12;

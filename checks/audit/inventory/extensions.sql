-- title: Extensions
-- id: INV006
-- cost: catalog
select
    extension.extname as extension_name,
    namespace.nspname as schema_name,
    extension.extversion as installed,
    available.default_version as available,
    case
        when extension.extversion = available.default_version then 'ok' else 'warn'
    end as status
from pg_extension as extension
inner join pg_namespace as namespace on extension.extnamespace = namespace.oid
left join pg_available_extensions as available on extension.extname = available.name
order by extension.extname;

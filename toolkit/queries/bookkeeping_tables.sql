-- The tables whose rows a clone needs to look as far as the original: the ledgers and settings of
-- each installation, and pg_partman's. Those that have grown are logs, not ledgers.
select
    namespace.nspname,
    class.relname
from pg_catalog.pg_class as class
inner join pg_catalog.pg_namespace as namespace on class.relnamespace = namespace.oid
where
    class.relkind = 'r'
    and not class.relispartition
    and (
        (
            pg_table_size(class.oid) < 256 * 1024 * 1024
            and exists (
                select from pg_catalog.pg_class as installation
                where
                    installation.relnamespace = class.relnamespace
                    and installation.relname = 'installation'
                    and obj_description(installation.oid, 'pg_class')
                    like 'market-data toolkit:%'
            )
        )
        or class.oid = any((
            select extension.extconfig from pg_catalog.pg_extension as extension
            where extension.extname = 'pg_partman'
        )::oid[])
    )
order by class.oid;

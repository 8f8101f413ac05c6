-- The indexes of some tables. definition: from "using" on, since names and tables differ
-- where definitions are compared. builder: another session that builds it just now.
select
    class.oid::regclass::text as name,
    class.relname,
    format('drop index concurrently %%I.%%I', namespace.nspname, class.relname)
        as drop_statement,
    entry.indisvalid and entry.indisready as is_valid,
    case when entry.indisunique then 'unique ' else '' end
    || substr(made.definition, strpos(made.definition, ' USING ') + 1) as definition,
    (
        select progress.pid
        from pg_catalog.pg_stat_progress_create_index as progress
        where
            progress.index_relid = class.oid
            and progress.datname = current_database()
            and progress.pid <> pg_backend_pid()
    ) as builder
from pg_catalog.pg_index as entry
inner join pg_catalog.pg_class as class on entry.indexrelid = class.oid
inner join pg_catalog.pg_namespace as namespace on class.relnamespace = namespace.oid
cross join lateral pg_get_indexdef(class.oid) as made (definition)
where entry.indrelid = any(%(tables)s::oid[])
order by is_valid, name;

-- title: Table without a primary key
-- id: HSE004
-- severity: error
-- why: no row can be named, so none can be corrected, compared or replicated
-- fix: add the key in the migration that creates the table
select
    class.oid::regclass::text as subject,
    case class.relkind when 'p' then 'partitioned' else 'plain' end as detail
from system.installation as installation
cross join jsonb_each_text(installation.schema_map) as room (plain_name, name)
inner join pg_class as class on room.name::regnamespace = class.relnamespace
where
    class.relkind in ('r', 'p')
    and not class.relispartition
    and not exists (
        select
        from pg_index as entry
        where entry.indrelid = class.oid and entry.indisprimary
    )
order by subject;

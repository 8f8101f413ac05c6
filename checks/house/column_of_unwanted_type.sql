-- title: Column of a type that the house does not use
-- id: HSE007
-- severity: error
-- why: times without a zone, money in floats and texts cut off cost a migration later
-- fix: timestamptz for times, bigint cents for money, text for words
select
    format('%s.%I', class.oid::regclass, attribute.attname) as subject,
    format_type(attribute.atttypid, attribute.atttypmod) as detail
from system.installation as installation
cross join jsonb_each_text(installation.schema_map) as room (plain_name, name)
inner join pg_class as class on room.name::regnamespace = class.relnamespace
inner join pg_attribute as attribute on class.oid = attribute.attrelid
inner join pg_type as type on attribute.atttypid = type.oid
left join pg_type as element on type.typelem = element.oid and type.typcategory = 'A'
where
    class.relkind in ('r', 'p', 'm', 'v', 'c')
    and not class.relispartition
    and class.relname !~ '^_?yoyo_'
    -- A history has the types of its table, which may be of another house.
    and not exists (
        select
        from system.audited_tables as known
        where known.history = class.oid
    )
    and attribute.attnum > 0
    and not attribute.attisdropped
    and coalesce(element.typname, type.typname) in (
        'timestamp', 'timetz', 'float4', 'float8', 'money', 'varchar'
    )
order by subject;

-- title: Function, table, column, view or type without a comment
-- id: HSE002
-- severity: error
-- why: the comment is the contract, and the reference is made of it
-- fix: say with "comment on" what it returns, holds or means, and in which unit
with rooms as (
    select room.name::regnamespace as room
    from system.installation as installation
    cross join jsonb_each_text(installation.schema_map) as room (plain_name, name)
),

relations as (
    select
        class.oid,
        class.relkind,
        class.reltype,
        class.oid::regclass::text as name
    from rooms
    inner join pg_class as class on rooms.room = class.relnamespace
    where
        class.relkind in ('r', 'p', 'v', 'm', 'c')
        and not class.relispartition
        and class.relname !~ '^_?yoyo_'
),

objects as (
    select
        'function' as kind,
        function.oid::regprocedure::text as name,
        obj_description(function.oid, 'pg_proc') as comment
    from rooms
    inner join pg_proc as function on rooms.room = function.pronamespace
    union all
    select
        case relations.relkind when 'c' then 'type' else 'relation' end as kind,
        relations.name,
        case relations.relkind
            when 'c' then obj_description(relations.reltype, 'pg_type')
            else obj_description(relations.oid, 'pg_class')
        end as comment
    from relations
    union all
    select
        'column' as kind,
        format('%s.%I', relations.name, attribute.attname) as name,
        col_description(relations.oid, attribute.attnum) as comment
    from relations
    inner join pg_attribute as attribute on relations.oid = attribute.attrelid
    where
        relations.relkind in ('r', 'p')
        and attribute.attnum > 0
        and not attribute.attisdropped
    union all
    select
        'type' as kind,
        type.oid::regtype::text as name,
        obj_description(type.oid, 'pg_type') as comment
    from rooms
    inner join pg_type as type on rooms.room = type.typnamespace
    where type.typtype in ('d', 'e')
)

select
    objects.name as subject,
    objects.kind as detail
from objects
where coalesce(btrim(objects.comment), '') = ''
order by subject;

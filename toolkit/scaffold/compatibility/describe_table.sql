-- One row: what a table or type is, as far as a new name for it needs to know. All names quoted.
select
    class.relkind::text as kind,
    quote_ident(class.relname) as name,
    class.relispartition as is_partition,
    exists (
        select from pg_catalog.pg_inherits as inherits
        where class.oid in (inherits.inhrelid, inherits.inhparent)
    ) and class.relkind <> 'p' as is_inherited,
    array(
        select quote_ident(attribute.attname)
        from pg_catalog.pg_attribute as attribute
        where
            attribute.attrelid = class.oid and attribute.attnum > 0 and not attribute.attisdropped
        order by attribute.attnum
    ) as columns,
    (
        select coalesce(jsonb_agg(jsonb_build_object(
            'name', quote_ident(sequence.relname), 'column', quote_ident(attribute.attname)
        ) order by sequence.relname), '[]')
        from pg_catalog.pg_depend as dependency
        inner join pg_catalog.pg_class as sequence
            on dependency.objid = sequence.oid and sequence.relkind = 'S'
        inner join pg_catalog.pg_attribute as attribute
            on
                dependency.refobjid = attribute.attrelid
                and dependency.refobjsubid = attribute.attnum
        where
            dependency.classid = 'pg_catalog.pg_class'::regclass
            and dependency.refclassid = 'pg_catalog.pg_class'::regclass
            and dependency.refobjid = class.oid
            and dependency.deptype = 'a'
            and sequence.relnamespace = class.relnamespace
    ) as sequences
from pg_catalog.pg_class as class
inner join pg_catalog.pg_namespace as namespace on class.relnamespace = namespace.oid
where
    namespace.nspname = %(schema)s and class.relname = %(name)s
    and class.relkind in ('r', 'p', 'v', 'm', 'f')
union all
select
    'type',
    quote_ident(type.typname),
    false,
    false,
    '{}',
    '[]'
from pg_catalog.pg_type as type
inner join pg_catalog.pg_namespace as namespace on type.typnamespace = namespace.oid
left join pg_catalog.pg_class as class on type.typrelid = class.oid
where
    namespace.nspname = %(schema)s and type.typname = %(name)s
    and (type.typtype in ('e', 'd', 'r') or class.relkind = 'c');

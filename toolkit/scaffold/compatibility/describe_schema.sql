-- One row for each table and type of a schema that can be moved out of it.
select class.relname as name
from pg_catalog.pg_class as class
where
    class.relnamespace = to_regnamespace(quote_ident(%(schema)s))
    and class.relkind in ('r', 'p') and not class.relispartition
union all
select type.typname
from pg_catalog.pg_type as type
left join pg_catalog.pg_class as class on type.typrelid = class.oid
where
    type.typnamespace = to_regnamespace(quote_ident(%(schema)s))
    and (type.typtype in ('e', 'd', 'r') or class.relkind = 'c')
    and not exists (
        select from pg_catalog.pg_depend as dependency
        where dependency.objid = type.oid and dependency.deptype in ('e', 'i')
    )
order by name;

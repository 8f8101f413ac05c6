-- title: Type that lives in another schema than the tables that use it
-- id: STR008
-- area: structure
-- severity: warning
-- cost: catalog
-- why: a dump, a rename or a grant of the tables' schema leaves their type behind
-- fix: move the type to the schema of its tables; it keeps its identity and its rows
with uses as (
    select distinct
        data_type.oid,
        data_type.typname,
        data_type.typtype,
        type_schema.nspname as type_schema,
        table_schema.nspname as table_schema
    from pg_type as data_type
    inner join pg_namespace as type_schema on data_type.typnamespace = type_schema.oid
    inner join pg_attribute as attribute
        on attribute.atttypid in (data_type.oid, nullif(data_type.typarray, 0))
    inner join pg_class as relation on attribute.attrelid = relation.oid
    inner join pg_namespace as table_schema on relation.relnamespace = table_schema.oid
    where
        data_type.typtype in ('e', 'd')
        and relation.relkind in ('r', 'p')
        and not attribute.attisdropped
        and type_schema.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
        and table_schema.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
        and not exists (
            select from pg_depend as dependency
            where
                dependency.classid = 'pg_type'::regclass
                and dependency.objid = data_type.oid
                and dependency.deptype = 'e'
        )
        and not exists (
            select from pg_depend as dependency
            where
                dependency.classid = 'pg_class'::regclass
                and dependency.objid = relation.oid
                and dependency.deptype = 'e'
        )
),

types as (
    select
        uses.typname,
        uses.typtype,
        uses.type_schema,
        array_agg(uses.table_schema order by uses.table_schema) as table_schemas
    from uses
    group by uses.oid, uses.typname, uses.typtype, uses.type_schema
    having not bool_or(uses.table_schema = uses.type_schema)
)

select
    format('%I.%I', types.type_schema, types.typname) as subject,
    format(
        '%s used by tables of %s alone',
        case types.typtype when 'e' then 'an enum' else 'a domain' end,
        array_to_string(types.table_schemas, ', ')
    ) as detail,
    case
        when cardinality(types.table_schemas) = 1
            then
                format(
                    'alter %s %I.%I set schema %I;',
                    case types.typtype when 'e' then 'type' else 'domain' end,
                    types.type_schema, types.typname, types.table_schemas[1]
                )
    end as fix_sql,
    case
        when cardinality(types.table_schemas) = 1
            then
                format(
                    'alter %s %I.%I set schema %I;',
                    case types.typtype when 'e' then 'type' else 'domain' end,
                    types.table_schemas[1], types.typname, types.type_schema
                )
    end as undo_sql
from types
where
    cardinality(types.table_schemas) = 1
    -- A schema of types alone, shared by several, is a choice and not a slip.
    or exists (
        select from pg_class as relation
        inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
        where
            relation.relkind in ('r', 'p')
            and namespace.nspname = types.type_schema
    )
    or types.type_schema = 'public'
order by subject;

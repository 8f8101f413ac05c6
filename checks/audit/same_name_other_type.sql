-- title: Columns of one name and several types
-- id: TYP010
-- area: types
-- severity: warning
-- cost: catalog
-- why: a join between them needs a cast, which skips the index or fails on the first
-- why: value that does not fit, such as the size 7W
-- fix: choose one type, and change the others when their tables are moved
with columns as (
    select
        attribute.attname,
        format('%I.%I', namespace.nspname, relation.relname) as table_name,
        -- A length limit is no difference, and reported as TYP006.
        case
            when attribute.atttypid in ('varchar'::regtype, 'bpchar'::regtype)
                then 'text'
            else format_type(attribute.atttypid, null)
        end as type_name
    from pg_class as relation
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    inner join pg_attribute as attribute on relation.oid = attribute.attrelid
    where
        relation.relkind in ('r', 'p')
        and not relation.relispartition
        and attribute.attnum > 0
        and not attribute.attisdropped
        -- What nobody joins by.
        and attribute.atttypid not in (
            'json'::regtype, 'jsonb'::regtype, 'bytea'::regtype, 'xml'::regtype
        )
        and attribute.attndims = 0
        and attribute.attname not in (
            'id', 'key', 'value', 'data', 'type', 'kind', 'state', 'status', 'version',
            'result', 'error', 'position', 'rank', 'level', 'priority', 'count',
            'total', 'enabled'
        )
        and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
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
        columns.attname,
        columns.type_name,
        count(*) as uses,
        min(columns.table_name) as example
    from columns
    group by columns.attname, columns.type_name
)

select
    quote_ident(types.attname) as subject,
    string_agg(
        format(
            '%s in %s%s', types.type_name, types.example,
            case
                when types.uses > 1
                    then format(' and %s more', types.uses - 1)
                else ''
            end
        ),
        '; ' order by types.uses desc, types.type_name asc
    ) as detail
from types
group by types.attname
having count(*) > 1
order by subject;

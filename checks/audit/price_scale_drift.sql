-- title: Price with other decimals than the rest
-- id: TYP011
-- area: types
-- severity: warning
-- cost: catalog
-- why: the same price rounds differently in two tables, so a comparison finds
-- why: differences that are not there, and misses those that are
-- fix: agree on one unit, best integer cents beside a currency, and move all to it
with columns as (
    select
        format(
            '%I.%I.%I', namespace.nspname, relation.relname, attribute.attname
        ) as name,
        format_type(attribute.atttypid, attribute.atttypmod) as type_name,
        case
            when attribute.atttypmod >= 0 then (attribute.atttypmod - 4) & 2047
            else -1
        end as decimals
    from pg_class as relation
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    inner join pg_attribute as attribute on relation.oid = attribute.attrelid
    where
        relation.relkind in ('r', 'p')
        and not relation.relispartition
        and attribute.attnum > 0
        and not attribute.attisdropped
        and attribute.atttypid = 'numeric'::regtype
        and attribute.attname ~* (
            '(^|_)(prices?|amounts?|costs?|fees?|asks?|bids?|payouts?|proceeds'
            || '|revenues?|premium|last_sale|shipping|subtotal|balance|profits?)(_|$)'
        )
        and attribute.attname !~* (
            '(ratio|margin|percent|pct|yield|score|index|count|volatility|weight|rate'
            || '|growth|_to_|_per_|rank|factor|multiple|quantity|days|hours|elasticity)'
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

usual as (
    select
        columns.type_name,
        columns.decimals,
        count(*) as uses,
        sum(count(*)) over () as total
    from columns
    group by columns.type_name, columns.decimals
    order by count(*) desc, columns.type_name asc
    limit 1
)

select
    columns.name as subject,
    format(
        '%s, while %s of %s price columns are %s',
        columns.type_name, usual.uses, usual.total, usual.type_name
    ) as detail,
    -- Other total digits with the same decimals cost nothing but a failing import.
    case
        when columns.decimals = usual.decimals then 'info'
        else 'warning'
    end as severity
from columns
cross join usual
where columns.type_name <> usual.type_name
order by columns.decimals = usual.decimals, subject;

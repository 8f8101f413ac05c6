-- title: Money kept as a floating-point number
-- id: TYP001
-- area: types
-- severity: error
-- cost: catalog
-- why: 0.1 + 0.2 is not 0.3 there; sums drift, equal prices compare as different, and
-- why: the error cannot be taken back later
-- fix: keep integer cents beside a currency; "alter ... type numeric" is the small
-- fix: step, and rewrites the table under an exclusive lock
with columns as (
    select
        attribute.attname,
        attribute.atttypid,
        attribute.atttypmod,
        attribute.attgenerated,
        format('%I.%I', namespace.nspname, relation.relname) as table_name
    from pg_class as relation
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    inner join pg_attribute as attribute on relation.oid = attribute.attrelid
    where
        relation.relkind in ('r', 'p')
        and not relation.relispartition
        and attribute.attnum > 0
        and not attribute.attisdropped
        and attribute.atttypid in ('float4'::regtype, 'float8'::regtype)
        and (
            attribute.attname ~* (
                '(^|_)(prices?|amounts?|costs?|fees?|sub_?totals?|totals?|tax|vat'
                || '|discounts?|balance|payouts?|proceeds|revenues?|asks?|bids?'
                || '|premium|dividends?|sales?|payments?|profits?|pnl|notional'
                || '|(market|mkt)_cap|dcf|open|high|low|close|target_(consensus|median)'
                || '|salary|income|debt)(_|$)'
            )
            or attribute.attname ~* '^((fx|exchange|conversion)_)?rate$'
        )
        and attribute.attname !~* (
            '(ratio|margin|percent|pct|yield|score|index|count|volatility|weight'
            || '|growth|_to_|_per_(?!share)|rank|factor|multiple|quantity|days|hours'
            || '|seconds|confidence|accuracy|elasticity)'
        )
        and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
        and not exists (
            select from pg_depend as dependency
            where
                dependency.classid = 'pg_class'::regclass
                and dependency.objid = relation.oid
                and dependency.deptype = 'e'
        )
)

select
    format('%s.%I', columns.table_name, columns.attname) as subject,
    format_type(columns.atttypid, columns.atttypmod) as detail,
    case
        when columns.attgenerated = ''
            then
                format(
                    'alter table %s alter column %I type numeric;',
                    columns.table_name, columns.attname
                )
    end as fix_sql,
    case
        when columns.attgenerated = ''
            then
                format(
                    'alter table %s alter column %I type %s;', columns.table_name,
                    columns.attname, format_type(columns.atttypid, columns.atttypmod)
                )
    end as undo_sql
from columns
order by subject;

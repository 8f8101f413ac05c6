-- title: Text that holds numbers, dates or the like
-- id: TYP004
-- area: types
-- severity: warning
-- cost: planner
-- requires: select, statistics
-- why: "9" sorts after "10", a wrong value is accepted, and a join with the typed
-- why: column of another table needs a cast that may fail
-- fix: clean the values that do not fit, then change the type; for sizes keep the
-- fix: number and the unit in two columns

-- Judged by the values that ANALYZE sampled. Names of codes and keys, and digits with
-- leading zeros, are meant to be text.
with columns as (
    select
        relation.oid,
        attribute.attname,
        format_type(attribute.atttypid, attribute.atttypmod) as type_name,
        coalesce(pg_partition_root(relation.oid), relation.oid) as root,
        attribute.attname ~* (
            '(^|_)(ids?|uuid|sku|code|gtin|ean|upc|isbn|isin|cusip|cik|zip|phone|number'
            || '|no|key|ref|reference|hash|token|postcode|iban|version|slug|tracking'
            || '|name|title|label|description|notes?)$'
        ) as is_code,
        attribute.attname ~* '(^|_)sizes?(_|$)' as is_size
    from pg_class as relation
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    inner join pg_attribute as attribute on relation.oid = attribute.attrelid
    where
        relation.relkind = 'r'
        and attribute.attnum > 0
        and not attribute.attisdropped
        and attribute.atttypid in (
            'text'::regtype, 'varchar'::regtype, 'bpchar'::regtype
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

samples as (
    select distinct
        columns.root,
        columns.attname,
        columns.type_name,
        columns.is_code,
        columns.is_size,
        trim(sample.value) as value
    from columns
    inner join pg_class as relation on columns.oid = relation.oid
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    inner join pg_stats as statistics
        on
            namespace.nspname = statistics.schemaname
            and relation.relname = statistics.tablename
            and columns.attname = statistics.attname
            and not statistics.inherited
    cross join
        lateral unnest(
            statistics.most_common_vals::text::text[]
            || statistics.histogram_bounds::text::text[]
        ) as sample (value)
    where trim(sample.value) <> ''
),

kinds as (
    select
        samples.root,
        samples.attname,
        samples.type_name,
        samples.value,
        case
            when samples.value ~* '^(true|false|yes|no|t|f|y|n)$' then 'boolean'
            when samples.value ~ '^\d{4}-\d\d-\d\d$' then 'date'
            when samples.value ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d' then 'timestamptz'
            when
                samples.value
                ~* '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
                then 'uuid'
            when samples.value ~ '^[\[{].*[\]}]$' then 'jsonb'
            when
                not samples.is_code
                and samples.value ~ '^[+-]?(0|[1-9]\d{0,17})(\.\d+)?$'
                then 'numeric'
            when
                samples.is_size
                and samples.value ~* '^(us|uk|eu)? ?\d{1,2}([.,]\d)?( ?[a-z]{1,2})?$'
                then 'numeric'
        end as kind
    from samples
),

totals as (
    select
        kinds.root,
        kinds.attname,
        kinds.type_name,
        count(*) as total,
        mode() within group (order by kinds.kind) as kind
    from kinds
    group by kinds.root, kinds.attname, kinds.type_name
),

shares as (
    select
        totals.root,
        totals.attname,
        totals.type_name,
        totals.kind,
        totals.total,
        count(*) filter (where kinds.kind = totals.kind) as fitting,
        min(kinds.value) filter (where kinds.kind = totals.kind) as example,
        min(kinds.value) filter (where kinds.kind is distinct from totals.kind)
            as exception,
        min(kinds.value) filter (
            where kinds.kind = 'numeric' and kinds.value !~ '^[+-]?[\d.]+$'
        ) as with_unit
    from totals
    inner join kinds
        on totals.root = kinds.root and totals.attname = kinds.attname
    group by
        totals.root, totals.attname, totals.type_name, totals.kind, totals.total
)

select
    format('%I.%I.%I', namespace.nspname, root.relname, shares.attname) as subject,
    format(
        '%s, but %s of %s sampled values are %s, such as %L%s%s', shares.type_name,
        shares.fitting, shares.total, shares.kind, left(shares.example, 36),
        coalesce('; some with a unit: ' || quote_literal(shares.with_unit), ''),
        coalesce('; others: ' || quote_literal(left(shares.exception, 20)), '')
    ) as detail
from shares
inner join pg_class as root on shares.root = root.oid
inner join pg_namespace as namespace on root.relnamespace = namespace.oid
where
    shares.kind is not null
    and shares.fitting >= 0.9 * shares.total
    and shares.total >= case shares.kind when 'boolean' then 2 else 3 end
order by subject;

-- title: Tables that overlap in columns or in name
-- id: STR003
-- area: structure
-- severity: info
-- cost: catalog
-- why: prices in six tables of nearly the same columns are six answers to one question
-- fix: decide which table answers, move the rows there, and mark the other deprecated

-- Two column sets are alike when they share 80 % of their union. Only tables that share
-- one of their rarest columns can be, so pairs are looked for there alone.
with limits as (select 0.8 as similarity),

columns as (
    select
        relation.oid,
        attribute.attname,
        attribute.atttypid,
        format('%I.%I', namespace.nspname, relation.relname) as table_name,
        count(*) over (partition by relation.oid) as width,
        count(*) over (partition by attribute.attname) as frequency,
        regexp_replace(
            regexp_replace(
                regexp_replace(
                    lower(relation.relname), '(_?v\d+|_new|_legacy)$', ''
                ),
                'ies$', 'y'
            ),
            's$', ''
        ) as stem,
        attribute.attname not in (
            'id', 'uuid', 'key', 'code', 'name', 'slug', 'title', 'description',
            'notes', 'metadata', 'created_at', 'updated_at', 'deleted_at',
            'created_by', 'updated_by'
        ) as is_telling
    from pg_class as relation
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    inner join pg_attribute as attribute on relation.oid = attribute.attrelid
    where
        relation.relkind in ('r', 'p')
        and attribute.attnum > 0
        and not attribute.attisdropped
        and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
        and not exists (
            select from pg_inherits as ancestry
            where ancestry.inhrelid = relation.oid
        )
        and not exists (
            select from pg_depend as dependency
            where
                dependency.classid = 'pg_class'::regclass
                and dependency.objid = relation.oid
                and dependency.deptype = 'e'
        )
),

-- Of tables equal in names and types, which STR002 reports, the first speaks for all.
shapes as (
    select
        columns.oid,
        columns.table_name,
        columns.stem,
        columns.width,
        count(*) filter (where columns.is_telling) >= 2 as is_telling,
        string_agg(
            format('%I %s', columns.attname, columns.atttypid),
            ', ' order by columns.attname
        ) as shape
    from columns
    group by columns.oid, columns.table_name, columns.stem, columns.width
),

tables as (
    select distinct on (
        shapes.shape, case when shapes.is_telling then 0 else shapes.oid end
    )
        shapes.oid,
        shapes.stem
    from shapes
    order by
        shapes.shape,
        case when shapes.is_telling then 0 else shapes.oid end,
        shapes.table_name
),

ranked as (
    select
        columns.oid,
        columns.attname,
        columns.width,
        row_number() over (
            partition by columns.oid
            order by columns.frequency, columns.attname
        ) as place
    from columns
    inner join tables on columns.oid = tables.oid
    where columns.width >= 4
),

prefixes as (
    select
        ranked.oid,
        ranked.attname,
        ranked.width
    from ranked
    cross join limits
    where ranked.place <= ranked.width - ceil(limits.similarity * ranked.width) + 1
),

pairs as (
    select
        this.oid as this_oid,
        other.oid as other_oid
    from prefixes as this
    inner join prefixes as other
        on this.attname = other.attname and this.oid < other.oid
    cross join limits
    where
        least(this.width, other.width)
        >= limits.similarity * greatest(this.width, other.width)
    union
    select
        this.oid as this_oid,
        other.oid as other_oid
    from tables as this
    inner join tables as other on this.stem = other.stem and this.oid < other.oid
),

measured as (
    select
        least(this.table_name, other.table_name) as first_name,
        greatest(this.table_name, other.table_name) as second_name,
        this.stem = other.stem as is_alike,
        count(*) as shared,
        count(*) filter (where this.is_telling) as telling,
        this.width + other.width - count(*) as total
    from pairs
    inner join columns as this on pairs.this_oid = this.oid
    inner join columns as other
        on pairs.other_oid = other.oid and this.attname = other.attname
    group by
        this.table_name, other.table_name, this.stem, other.stem,
        this.width, other.width
)

select
    format('%s and %s', measured.first_name, measured.second_name) as subject,
    format(
        '%s of %s columns are shared%s', measured.shared, measured.total,
        case when measured.is_alike then ', names alike' else '' end
    ) as detail
from measured
cross join limits
where
    measured.is_alike
    or (measured.shared >= limits.similarity * measured.total and measured.telling >= 2)
order by
    measured.is_alike desc,
    measured.shared::numeric / measured.total desc,
    subject asc;

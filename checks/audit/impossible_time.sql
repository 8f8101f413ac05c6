-- title: Time that cannot be
-- id: DAT007
-- area: data
-- severity: warning
-- cost: planner
-- requires: select, statistics
-- why: a past event in the future, or in 1970, is a zone or a unit that was mistaken;
-- why: "the newest row" then stays the same row for years
-- fix: correct the rows at their source, and add a check

-- By the values that ANALYZE sampled, so a handful of such rows may stay unseen.
with columns as (
    select
        statistics.attname,
        statistics.most_common_vals,
        statistics.histogram_bounds,
        coalesce(pg_partition_root(relation.oid), relation.oid) as root,
        statistics.attname ~* (
            '^(created|updated|inserted|fetched|recorded|synced|observed|captured|sold'
            || '|purchased|snapshot|received|processed|completed|started|finished'
            || '|loaded|imported|ingested|last_synced|sale|purchase)(_at|_on|_date)?$'
        ) as is_past
    from pg_stats as statistics
    inner join pg_namespace as namespace on statistics.schemaname = namespace.nspname
    inner join pg_class as relation
        on
            namespace.oid = relation.relnamespace
            and statistics.tablename = relation.relname
    inner join pg_attribute as attribute
        on
            relation.oid = attribute.attrelid
            and statistics.attname = attribute.attname
    where
        relation.relkind = 'r'
        and not statistics.inherited
        and attribute.atttypid in (
            'date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype
        )
        and statistics.attname !~* '(birth|founded|release|ipo|valid|effective)'
        and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
        and not exists (
            select from pg_depend as dependency
            where
                dependency.classid = 'pg_class'::regclass
                and dependency.objid = relation.oid
                and dependency.deptype = 'e'
        )
),

ranges as (
    select
        columns.root,
        columns.attname,
        columns.is_past,
        min(sample.value::timestamptz) as oldest,
        max(sample.value::timestamptz) as newest
    from columns
    cross join
        lateral unnest(
            columns.most_common_vals::text::text[]
            || columns.histogram_bounds::text::text[]
        ) as sample (value)
    group by columns.root, columns.attname, columns.is_past
)

select
    format('%I.%I.%I', namespace.nspname, root.relname, ranges.attname) as subject,
    case
        when ranges.oldest < '1971-01-01' then format('as old as %s', ranges.oldest)
        else format('as late as %s', ranges.newest)
    end as detail
from ranges
inner join pg_class as root on ranges.root = root.oid
inner join pg_namespace as namespace on root.relnamespace = namespace.oid
where
    ranges.oldest < '1971-01-01'
    or (ranges.is_past and ranges.newest > now() + interval '1 day')
order by subject;

-- title: Feed that has stopped
-- id: DAT001
-- area: data
-- severity: info
-- cost: planner
-- requires: select, statistics
-- why: prices of last month are read as if they were today's
-- fix: start its sync again, or archive the table and point its readers elsewhere

-- The newest value that ANALYZE sampled in a column that says when a row came in; older
-- than mdt.stale_after (30 days). Changes since the last ANALYZE make it no evidence.
with columns as (
    select
        statistics.attname,
        statistics.most_common_vals,
        statistics.histogram_bounds,
        relation.reltuples,
        coalesce(pg_partition_root(relation.oid), relation.oid) as root,
        coalesce(activity.n_mod_since_analyze, 0) as changes
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
    left join pg_stat_all_tables as activity on relation.oid = activity.relid
    where
        relation.relkind = 'r'
        and not statistics.inherited
        and attribute.atttypid in ('timestamp'::regtype, 'timestamptz'::regtype)
        and statistics.attname ~* (
            '^(fetched|recorded|snapshot|synced|last_synced|last_fetched|observed'
            || '|captured|scraped|collected|loaded|ingested|imported|received)'
            || '(_at|_on)?$'
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

newest as (
    select
        columns.root,
        columns.attname,
        max(sample.value::timestamptz) as arrived_at
    from columns
    cross join
        lateral unnest(
            columns.most_common_vals::text::text[]
            || columns.histogram_bounds::text::text[]
        ) as sample (value)
    group by columns.root, columns.attname
),

totals as (
    select
        columns.root,
        columns.attname,
        sum(columns.reltuples) as total,
        sum(columns.changes) as changes
    from columns
    group by columns.root, columns.attname
)

select
    format('%I.%I', namespace.nspname, root.relname) as subject,
    format(
        'the newest %s is about %s', string_agg(quote_ident(newest.attname), ', '),
        max(newest.arrived_at)::date
    ) as detail
from newest
inner join totals on newest.root = totals.root and newest.attname = totals.attname
inner join pg_class as root on newest.root = root.oid
inner join pg_namespace as namespace on root.relnamespace = namespace.oid
where totals.total >= 100 and totals.changes = 0
group by namespace.nspname, root.relname
having
    max(newest.arrived_at)
    < now() - coalesce(
        nullif(current_setting('mdt.stale_after', true), ''), '30 days'
    )::interval
order by subject;

-- title: Data type with stale subjects
-- id: HLT111
-- severity: warning
-- why: readers would take old prices for today's
-- fix: see what waits with "mdt sync status", and that a worker runs ("mdt sync
-- fix: worker")
select
    freshness.data_type || ' ' || freshness.tier as subject,
    format(
        '%s of %s stale, %s never fetched, oldest answer %s',
        freshness.stale, freshness.subjects, freshness.never_fetched,
        coalesce(date_trunc('second', freshness.oldest_fetched_at)::text, 'none')
    ) as detail,
    case when freshness.tier = 'hot' then 'error' else 'warning' end as severity
from sync.subject_freshness as freshness
where freshness.is_enabled and freshness.stale > 0
order by subject;

-- title: Freshness
-- id: HLT001
-- bar: fresh_percent
select
    freshness.data_type,
    freshness.tier,
    freshness.subjects,
    freshness.fresh,
    freshness.stale,
    freshness.never_fetched,
    round(100.0 * freshness.fresh / freshness.subjects, 1) as fresh_percent,
    date_trunc('second', freshness.oldest_fetched_at) as oldest_answer_at
from sync.subject_freshness as freshness
order by freshness.data_type, freshness.tier;

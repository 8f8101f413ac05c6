-- Stale by the last answer, and not by due_at: see sync.is_data_stale().
create or replace view sync.subject_freshness with (security_invoker = true) as
with ages as (
    select
        life.data_type,
        life.tier,
        life.is_enabled,
        known.fetched_at,
        known.failures,
        coalesce(known.fetched_at + life.time_to_live > now(), false) as is_fresh
    from sync.subjects as known
    inner join sync.answer_lives as life
        on known.data_type = life.data_type and known.tier = life.tier
)

select
    ages.data_type,
    ages.tier,
    ages.is_enabled,
    count(*) as subjects,
    count(*) filter (where ages.is_fresh) as fresh,
    count(*) filter (where not ages.is_fresh) as stale,
    count(*) filter (where ages.fetched_at is null) as never_fetched,
    count(*) filter (where ages.failures > 0) as failing,
    min(ages.fetched_at) as oldest_fetched_at
from ages
group by ages.data_type, ages.tier, ages.is_enabled;

comment on view sync.subject_freshness is
'Subjects per data type and tier: how many have an answer within their TTL (fresh), how
many have not (stale), of those how many never had one, and how many fail.
oldest_fetched_at: of those that had one.';

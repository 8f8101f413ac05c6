-- Stale by the last answer, and not by due_at: see sync.is_data_stale().
create or replace view sync.subject_freshness with (security_invoker = true) as
with lives as materialized (
    select
        registry.data_type,
        registry.is_enabled,
        tiers.tier,
        sync.time_to_live(registry.data_type, tiers.tier) as time_to_live
    from sync.data_type_registry as registry
    cross join (values ('hot'), ('warm'), ('cold')) as tiers (tier)
),

ages as (
    select
        lives.data_type,
        lives.tier,
        lives.is_enabled,
        known.fetched_at,
        known.failures,
        coalesce(known.fetched_at + lives.time_to_live > now(), false) as is_fresh
    from sync.subjects as known
    inner join lives on known.data_type = lives.data_type and known.tier = lives.tier
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

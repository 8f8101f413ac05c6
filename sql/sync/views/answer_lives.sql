-- One place for the rule how long an answer is good.
create or replace view sync.answer_lives with (security_invoker = true) as
select
    registry.data_type,
    registry.provider,
    registry.is_enabled,
    tiers.tier,
    case
        when registry.strategy = 'scheduled' then registry.refresh_interval
        when tiers.tier = 'hot' then registry.ttl_hot
        when tiers.tier = 'warm' then registry.ttl_warm
        else registry.ttl_cold
    end as time_to_live
from sync.data_type_registry as registry
cross join (values ('hot'), ('warm'), ('cold')) as tiers (tier);

comment on view sync.answer_lives is
'How long an answer is good, per data type and tier: the refresh interval of a scheduled
one, else the TTL of the tier.';

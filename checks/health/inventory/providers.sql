-- title: Providers and their quotas
-- id: HLT005
-- bar: used_percent
with states as (
    select
        usage.provider,
        usage.max_calls,
        usage.used_calls,
        usage.received_bytes,
        usage.quota_window::text as quota_window,
        case when usage.is_paused then 'paused' else 'asked' end as is_asked,
        round(100.0 * usage.used_calls / nullif(usage.max_calls, 0), 1) as used_percent
    from sync.provider_usage as usage
)

select
    states.provider,
    states.is_asked,
    states.quota_window,
    states.max_calls,
    states.used_calls,
    states.used_percent,
    states.received_bytes
from states
order by states.provider, states.quota_window;

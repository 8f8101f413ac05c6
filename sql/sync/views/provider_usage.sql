-- One row per quota; a provider without one has a row too, so that none is overlooked.
create or replace view sync.provider_usage with (security_invoker = true) as
select
    provider.name as provider,
    provider.is_paused,
    provider.requests_per_second,
    quota.quota_window,
    quota.max_calls,
    coalesce(used.calls, 0) as used_calls,
    quota.max_calls - coalesce(used.calls, 0) as remaining_calls,
    coalesce(used.bytes, 0) as received_bytes
from sync.providers as provider
left join sync.provider_quotas as quota on provider.name = quota.provider
left join lateral (
    select
        sum(usage.calls) as calls,
        sum(usage.bytes) as bytes
    from sync.api_data_usage as usage
    where
        usage.provider = provider.name
        and usage.used_at > now() - coalesce(quota.quota_window, interval '24 hours')
) as used on true;

comment on view sync.provider_usage is
'Calls and bytes of each provider in each window of its quota; in the last 24 hours
where it has none, and quota_window, max_calls and remaining_calls are null.';

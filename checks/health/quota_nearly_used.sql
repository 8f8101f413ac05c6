-- title: Quota of a provider that is nearly used up
-- id: HLT108
-- severity: warning
-- why: jobs of the provider wait until the window has moved on
-- fix: fetch cold subjects less often, or ask the provider for more
select
    format('%s per %s', usage.provider, usage.quota_window) as subject,
    format('%s of %s calls used', usage.used_calls, usage.max_calls) as detail
from sync.provider_usage as usage
where usage.used_calls >= 0.9 * usage.max_calls
order by subject;

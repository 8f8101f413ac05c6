-- Windows slide: what counts is what was reserved in the last of each length.
create or replace function sync.remaining_calls(p_provider text)
returns bigint
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    select
        min(
            greatest(
                0,
                quota.max_calls - coalesce(
                    (
                        select sum(usage.calls)
                        from sync.api_data_usage as usage
                        where
                            usage.provider = quota.provider
                            and usage.used_at > clock_timestamp() - quota.quota_window
                    ),
                    0
                )
            )
        )::bigint
    from sync.provider_quotas as quota
    where quota.provider = p_provider;
$function$;

comment on function sync.remaining_calls(text) is
'Return how many calls a provider allows right now, null when it has no quota. It holds
for the caller alone only under sync.lock_quota().';

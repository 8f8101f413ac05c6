-- Windows slide: what counts is what was reserved in the last of each length. The
-- longest of them is a bound of its own, so that no older partition is opened.
create or replace function sync.remaining_calls(p_provider text)
returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $function$
declare
    v_now timestamptz := clock_timestamp();
    v_since timestamptz;
begin
    select v_now - max(quota.quota_window) into v_since
    from sync.provider_quotas as quota
    where quota.provider = p_provider;
    if v_since is null then
        return null;
    end if;
    return (
        select
            min(
                greatest(
                    0,
                    quota.max_calls - coalesce(
                        (
                            select sum(usage.calls)
                            from sync.api_data_usage as usage
                            where
                                usage.provider = p_provider
                                and usage.used_at > v_since
                                and usage.used_at > v_now - quota.quota_window
                                and usage.calls <> 0
                        ),
                        0
                    )
                )
            )::bigint
        from sync.provider_quotas as quota
        where quota.provider = p_provider
    );
end;
$function$;

comment on function sync.remaining_calls(text) is
'Return how many calls a provider allows right now, null when it has no quota. It holds
for the caller alone only under sync.lock_quota().';

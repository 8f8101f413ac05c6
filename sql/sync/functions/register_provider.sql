-- Quotas are replaced as a whole: one that is no longer named no longer holds.
create or replace function sync.register_provider(
    p_name text,
    p_display_name text,
    p_base_url text,
    p_requests_per_second numeric default 5,
    p_quotas jsonb default '{}'
)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    insert into sync.providers as provider (
        name, display_name, base_url, requests_per_second
    )
    values (p_name, p_display_name, rtrim(p_base_url, '/'), p_requests_per_second)
    on conflict (name) do update set
        display_name = excluded.display_name,
        base_url = excluded.base_url,
        requests_per_second = excluded.requests_per_second,
        updated_at = now();
    delete from sync.provider_quotas as quota where quota.provider = p_name;
    insert into sync.provider_quotas (provider, quota_window, max_calls)
    select
        p_name,
        quota.key::interval,
        quota.value::bigint
    from jsonb_each_text(p_quotas) as quota;
end;
$function$;

comment on function sync.register_provider(text, text, text, numeric, jsonb) is
'Register a provider, or replace what is known of it; pausing is left as it is.
p_name: lower-case words joined by "-". p_base_url: start of every request URL.
p_requests_per_second: pace of one worker. p_quotas: JSON object, sliding window to
calls, e.g. {"1 day": 25000, "1 minute": 300}; empty: no limit.
Errors: 23514 for a name, URL, pace or quota that the table refuses, 22007 for a window
that is no interval.';

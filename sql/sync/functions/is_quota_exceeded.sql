-- For people and dashboards; who wants to call reserves instead.
create or replace function sync.is_quota_exceeded(p_provider text)
returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    perform sync.require_provider(p_provider);
    return coalesce(sync.remaining_calls(p_provider) = 0, false);
end;
$function$;

comment on function sync.is_quota_exceeded(text) is
'Tell whether a provider allows no further call right now.
Errors: MD204 when the provider is not registered.';

create or replace function sync.set_pace(p_provider text, p_requests_per_second numeric)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    perform sync.require_provider(p_provider);
    update sync.providers as provider
    set requests_per_second = p_requests_per_second, updated_at = now()
    where provider.name = p_provider;
end;
$function$;

comment on function sync.set_pace(text, numeric) is
'Let each worker ask a provider at most so many times a second.
Errors: MD204 when it is not registered; 23514 for a pace that is not positive.';

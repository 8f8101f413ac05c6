-- Its jobs are claimed again from the next claim on.
create or replace function sync.resume_provider(p_provider text)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    perform sync.require_provider(p_provider);
    update sync.providers as provider
    set is_paused = false, updated_at = now()
    where provider.name = p_provider and provider.is_paused <> false;
end;
$function$;

comment on function sync.resume_provider(text) is
'Let a provider''s jobs be claimed again.
Errors: MD204 when the provider is not registered.';

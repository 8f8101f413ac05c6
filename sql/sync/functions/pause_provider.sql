-- Its jobs wait; what is running already is finished.
create or replace function sync.pause_provider(p_provider text)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    perform sync.require_provider(p_provider);
    update sync.providers as provider
    set is_paused = true, updated_at = now()
    where provider.name = p_provider and provider.is_paused <> true;
end;
$function$;

comment on function sync.pause_provider(text) is
'Let a provider''s jobs wait until it is resumed; what is running is finished.
Errors: MD204 when the provider is not registered.';

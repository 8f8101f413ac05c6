-- One place for the refusal, so that every function words it the same.
create or replace function sync.require_provider(p_provider text)
returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
begin
    if not exists (
        select from sync.providers as provider where provider.name = p_provider
    ) then
        raise exception 'provider "%" is not registered', p_provider
            using errcode = 'MD204',
                  hint = 'Register it with sync.register_provider(), '
                      'or the usual ones with "mdt sync seed".';
    end if;
end;
$function$;

comment on function sync.require_provider(text) is
'Do nothing when the provider is registered.
Errors: MD204 when it is not.';

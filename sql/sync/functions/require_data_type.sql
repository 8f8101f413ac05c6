-- One place for the refusal, so that every function words it the same.
create or replace function sync.require_data_type(p_data_type text)
returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
begin
    if not exists (
        select from sync.data_type_registry as registry
        where registry.data_type = p_data_type
    ) then
        raise exception 'data type "%" is not registered', p_data_type
            using errcode = 'MD201',
                  hint = 'Register it with sync.register_data_type(), '
                      'or the usual ones with "mdt sync seed".';
    end if;
end;
$function$;

comment on function sync.require_data_type(text) is
'Do nothing when the data type is registered.
Errors: MD201 when it is not.';

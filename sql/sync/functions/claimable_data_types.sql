-- Asked before any job is looked at: so a provider at its limit costs nothing, and does
-- not stand in the way of the others.
create or replace function sync.claimable_data_types(p_data_types text[] default null)
returns text[]
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    return (
        with open_providers as materialized (
            select
                provider.name,
                sync.remaining_calls(provider.name) as remaining_calls
            from sync.providers as provider
            where not provider.is_paused
        )

        select coalesce(array_agg(registry.data_type), '{}')
        from sync.data_type_registry as registry
        inner join open_providers on registry.provider = open_providers.name
        where
            registry.is_enabled
            and (p_data_types is null or registry.data_type = any(p_data_types))
            and (
                open_providers.remaining_calls is null
                or open_providers.remaining_calls >= registry.calls_per_job
            )
    );
end;
$function$;

comment on function sync.claimable_data_types(text[]) is
'Return the enabled data types whose provider is not paused and allows the calls of at
least one job.
p_data_types: only these; null: all.';

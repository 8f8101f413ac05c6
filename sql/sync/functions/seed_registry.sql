-- One call to start with; repeating it changes nothing but the base URLs that are
-- given.
create or replace function sync.seed_registry(
    p_base_urls jsonb default '{}',
    out providers_added integer,
    out data_types_added integer
)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    providers_added := sync.seed_providers(p_base_urls);
    data_types_added := sync.seed_data_types();
end;
$function$;

comment on function sync.seed_registry(jsonb) is
'Register the usual providers and data types where they are missing; return how many
were: providers_added, data_types_added.
p_base_urls: JSON object, provider to base URL, e.g. {"stockx":
"http://localhost:8080"}.
Errors: MD204 when a base URL is for an unknown provider, 23514 when it is no URL.';

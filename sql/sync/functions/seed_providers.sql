-- What is registered stays as its owner tuned it; only a base URL that is given counts.
-- Quotas: StockX and FMP (Starter plan) as published; Alias and Awin publish none, so
-- theirs are careful guesses.
create or replace function sync.seed_providers(p_base_urls jsonb default '{}')
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_seed record;
    v_added integer := 0;
    v_provider text;
begin
    for v_seed in
        select
            seed.name,
            seed.display_name,
            seed.base_url,
            seed.requests_per_second,
            seed.quotas
        from (
            values
            (
                'stockx', 'StockX', 'https://api.stockx.com',
                1, '{"24 hours": 25000}'::jsonb
            ),
            (
                'alias', 'Alias (GOAT)', 'https://api.alias.org',
                2, '{"24 hours": 50000}'
            ),
            (
                'fmp', 'Financial Modeling Prep', 'https://financialmodelingprep.com',
                5, '{"1 minute": 300}'
            ),
            (
                'awin', 'Awin', 'https://productdata.awin.com',
                0.2, '{"1 minute": 5}'
            )
        ) as seed (name, display_name, base_url, requests_per_second, quotas)
        where
            not exists (
                select from sync.providers as provider where provider.name = seed.name
            )
        order by seed.name
    loop
        perform sync.register_provider(
            v_seed.name, v_seed.display_name, v_seed.base_url,
            v_seed.requests_per_second, v_seed.quotas
        );
        v_added := v_added + 1;
    end loop;
    for v_provider in select jsonb_object_keys(p_base_urls) loop
        perform sync.require_provider(v_provider);
        update sync.providers as provider
        set base_url = rtrim(p_base_urls ->> v_provider, '/'), updated_at = now()
        where provider.name = v_provider;
    end loop;
    return v_added;
end;
$function$;

comment on function sync.seed_providers(jsonb) is
'Register stockx, alias, fmp and awin where they are missing; return how many were.
p_base_urls: JSON object, provider to base URL, also for those that are registered.
Errors: MD204 when a base URL is for an unknown provider, 23514 when it is no URL.';

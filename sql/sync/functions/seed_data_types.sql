-- What is registered stays as its owner tuned it. {secret:NAME} stands for a variable
-- of the worker's environment, so no key is ever in the database.
create or replace function sync.seed_data_types()
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_seed record;
    v_added integer := 0;
begin
    for v_seed in
        select
            seed.data_type, seed.provider, seed.payload_kind, seed.target_table,
            seed.request, seed.refresh_interval, seed.ttl_hot, seed.ttl_warm,
            seed.ttl_cold, seed.priority, seed.estimated_bytes
        from (
            values
            (
                'stockx-catalog', 'stockx', 'catalog_search', 'products.products',
                '{"path": "/v2/catalog/search",
                  "query": {"query": "{subject}"},
                  "headers": {"x-api-key": "{secret:STOCKX_API_KEY}"}}'::jsonb,
                null::interval, '7 days'::interval, '30 days'::interval,
                '90 days'::interval, 50, 20000
            ),
            (
                'stockx-variants', 'stockx', 'variants', 'products.variants',
                '{"path": "/v2/catalog/products/{subject}/variants",
                  "headers": {"x-api-key": "{secret:STOCKX_API_KEY}"}}',
                null, '7 days', '30 days', '90 days', 50, 30000
            ),
            (
                'stockx-market-data', 'stockx', 'market_data',
                'integration.price_sources',
                '{"path": "/v2/catalog/products/{subject}/market-data",
                  "query": {"currencyCode": "GBP"}, "context": {"currency": "GBP"},
                  "headers": {"x-api-key": "{secret:STOCKX_API_KEY}"}}',
                null, '1 hour', '6 hours', '24 hours', 100, 25000
            ),
            (
                'alias-catalog', 'alias', 'catalog', 'products.products',
                '{"path": "/api/v1/catalog", "query": {"query": "{subject}"},
                  "headers": {"authorization": "Bearer {secret:ALIAS_API_KEY}"}}',
                null, '7 days', '30 days', '90 days', 50, 20000
            ),
            (
                'alias-availabilities', 'alias', 'availabilities',
                'integration.price_sources',
                '{"path": "/api/v1/pricing_insights/availabilities/{subject}",
                  "context": {"currency": "USD"},
                  "headers": {"authorization": "Bearer {secret:ALIAS_API_KEY}"}}',
                null, '1 hour', '6 hours', '24 hours', 100, 25000
            ),
            (
                'quote', 'fmp', 'quote', 'equities.live_quote_indicators',
                '{"path": "/stable/quote", "query": {"symbol": "{subject}"},
                  "headers": {"apikey": "{secret:FMP_API_KEY}"}}',
                null, '1 minute', '15 minutes', '24 hours', 200, 2000
            ),
            (
                'awin-feed', 'awin', 'feed', 'integration.price_sources',
                '{"path": "/datafeed/download/apikey/{secret:AWIN_API_KEY}/fid/{subject}/format/csv",
                  "format": "csv"}',
                '1 day', '1 day', '1 day', '1 day', 20, 10000000
            )
        ) as seed (
            data_type, provider, payload_kind, target_table, request, refresh_interval,
            ttl_hot, ttl_warm, ttl_cold, priority, estimated_bytes
        )
        where
            not exists (
                select from sync.data_type_registry as registry
                where registry.data_type = seed.data_type
            )
        order by seed.data_type
    loop
        perform sync.register_data_type(
            v_seed.data_type, v_seed.provider, v_seed.payload_kind, v_seed.target_table,
            v_seed.request,
            case
                when v_seed.refresh_interval is null then 'on-demand' else 'scheduled'
            end,
            v_seed.refresh_interval, v_seed.ttl_hot, v_seed.ttl_warm, v_seed.ttl_cold,
            v_seed.priority, p_estimated_bytes => v_seed.estimated_bytes
        );
        v_added := v_added + 1;
    end loop;
    return v_added;
end;
$function$;

comment on function sync.seed_data_types() is
'Register the usual data types of stockx, alias, fmp and awin where they are missing;
return how many were.
Errors: MD204 when one of these providers is not registered.';

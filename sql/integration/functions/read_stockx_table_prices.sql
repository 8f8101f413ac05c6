create or replace function integration.read_stockx_table_prices(
    p_payload jsonb,
    p_observed_at timestamptz,
    p_context jsonb
)
returns setof integration.price_observation
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        said.product_id,
        said.variant_id,
        said.source,
        said.price_type,
        said.condition,
        said.region,
        said.channel,
        said.currency,
        said.price_cents,
        said.stock_quantity,
        said.observed_at,
        said.origin,
        replace(said.path, '.market.', '.'),
        case said.reject_reason
            when 'its id cannot be read' then 'its item cannot be read'
            when 'it has no market' then 'its item stands in several rows that differ'
            else said.reject_reason
        end
    from integration.read_stockx_browse_prices(
        integration.list_stockx_table_rows(p_payload), p_observed_at, p_context,
        'stockx-table'
    ) as said;
$function$;

comment on function integration.read_stockx_table_prices(
    jsonb, timestamptz, jsonb
) is
'Return the prices in rows of a table of StockX products, a JSON array of objects by
column name. p_context: currency, which the rows never name; region, default global.';

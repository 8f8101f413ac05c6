create or replace function integration.read_stockx_table_snapshots(
    p_payload jsonb,
    p_observed_at timestamptz,
    p_context jsonb
)
returns setof integration.market_observation
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select said.*
    from integration.read_stockx_browse_snapshots(
        integration.list_stockx_table_rows(p_payload), p_observed_at, p_context,
        'stockx-table'
    ) as said;
$function$;

comment on function integration.read_stockx_table_snapshots(
    jsonb, timestamptz, jsonb
) is
'Return the market states in rows of a table of StockX products.
p_context: as of integration.read_stockx_table_prices().';

-- A row that cannot be read is passed over here, and rejected by
-- read_stockx_table_prices().
create or replace function integration.read_stockx_table_entries(
    p_payload jsonb,
    p_observed_at timestamptz,
    p_context jsonb
)
returns setof integration.catalogue_entry
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select entry.*
    from integration.read_stockx_browse_entries(
        integration.list_stockx_table_rows(p_payload), p_observed_at, p_context,
        'stockx-table'
    ) as entry;
$function$;

comment on function integration.read_stockx_table_entries(
    jsonb, timestamptz, jsonb
) is
'Return the products in rows of a table of StockX products, a JSON array of objects by
column name. p_context: retail_currency, default USD: the rows name none.';

-- GET /buy/browse/v1/item_summary/search answers {"itemSummaries": [...]}. Of a price
-- that eBay converted, the seller's own counts. An auction shows a bid, which is no
-- ask. Of many listings of a product the cheapest comes last, and so counts.
create or replace function integration.read_ebay_browse_prices(
    p_payload jsonb,
    p_observed_at timestamptz,
    p_context jsonb
)
returns setof integration.price_observation
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        product.product_id,
        null::uuid,
        'ebay',
        'ask',
        said.condition,
        coalesce(p_context ->> 'region', 'global'),
        'standard',
        said.currency,
        said.cents,
        null::integer,
        p_observed_at,
        'ingest',
        found.path,
        case
            when integration.get_text(found.item, 'itemId') is null
                then 'its itemId cannot be read'
            when product.reject_reason is not null then product.reject_reason
            when said.condition is null then 'its condition is not known'
            when not coalesce(found.item -> 'buyingOptions' ? 'FIXED_PRICE', false)
                then 'it has no fixed price'
            when said.cents is null then 'its price cannot be read'
            when coalesce(said.currency, '') !~ '^[A-Z]{3}$'
                then 'its currency cannot be read'
        end
    from integration.list_payload_items(p_payload, 'itemSummaries') as found
    cross join lateral (
        select
            case
                when found.item -> 'price' ? 'convertedFromValue'
                    then integration.get_cents(found.item -> 'price', 'convertedFromValue')
                else integration.get_cents(found.item -> 'price', 'value')
            end as cents,
            case
                when found.item -> 'price' ? 'convertedFromValue'
                    then found.item -> 'price' ->> 'convertedFromCurrency'
                else found.item -> 'price' ->> 'currency'
            end as currency,
            integration.parse_ebay_condition(
                integration.get_text(found.item, 'condition')
            ) as condition
    ) as said
    cross join lateral integration.find_listed_product(
        integration.get_text(found.item, 'title'),
        'ebay',
        integration.get_text(found.item, 'epid')
    ) as product
    order by said.cents desc;
$function$;

comment on function integration.read_ebay_browse_prices(
    jsonb, timestamptz, jsonb
) is
'Return the lowest asks in an answer of a search with the Browse API of eBay, of
products, since it does not tell sizes. p_context: region, default global.';

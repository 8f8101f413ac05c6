-- The amounts of a product in all sizes are the extremes over its sizes, so that its
-- highest bid may well be above its lowest ask. Zero asks or bids have no price. What
-- has no market at all is rejected once, by the line without a field.
create or replace function integration.read_stockx_browse_prices(
    p_payload jsonb,
    p_observed_at timestamptz,
    p_context jsonb,
    p_provider text default 'stockx'
)
returns setof integration.price_observation
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with judged as (
        select
            found.*,
            link.product_id as our_product_id,
            link.variant_id as our_variant_id,
            integration.get_text(p_context, 'currency') as currency,
            case
                when found.product_id is null then 'its id cannot be read'
                when integration.get_text(found.item, 'title') is null
                    then 'its title cannot be read'
                when link.product_id is null then 'its product or size is not known'
                when jsonb_typeof(found.market) is distinct from 'object'
                    then 'it has no market'
                when found.seen_at is null then 'its updatedAt is not in seconds'
                when found.market -> 'lowestAsk' is null then 'it has no lowestAsk'
                when
                    coalesce(integration.get_text(p_context, 'currency'), '')
                    !~ '^[A-Z]{3}$'
                    then 'its currency is not known'
            end as reject_reason
        from integration.list_stockx_browse_items(p_payload, p_observed_at) as found
        left join integration.product_links as link
            on
                p_provider = link.provider
                and found.product_id = link.provider_product_id
                and found.variant_id = link.provider_variant_id
    )

    select
        judged.our_product_id,
        judged.our_variant_id,
        'stockx',
        amount.price_type,
        'new',
        coalesce(p_context ->> 'region', 'global'),
        'standard',
        judged.currency,
        amount.cents,
        null::integer,
        judged.seen_at,
        'ingest',
        judged.path || coalesce('.market.' || amount.field, ''),
        case
            when judged.reject_reason is not null then judged.reject_reason
            when
                not coalesce(
                    amount.value in ('null', '0', '"None"', '"0"')
                    or amount.cents > 0,
                    false
                )
                then 'it is not a price'
        end
    from judged
    inner join lateral (
        select
            field.price_type,
            field.name as field,
            judged.market -> field.name as value,
            integration.get_cents(judged.market, field.name) as cents
        from (
            values
            ('ask', 'lowestAsk'),
            ('bid', 'highestBid'),
            ('last_sale', 'lastSale'),
            ('average', 'averageDeadstockPrice'),
            (null, null)
        ) as field (price_type, name)
    ) as amount
        on case
            when judged.reject_reason is null then amount.value is not null
            else amount.field is null
        end;
$function$;

comment on function integration.read_stockx_browse_prices(
    jsonb, timestamptz, jsonb, text
) is
'Return the prices of products and sizes in an answer of the older StockX API.
p_context: currency, which the answer never names; region, default global.
p_provider: whose ids they are.';

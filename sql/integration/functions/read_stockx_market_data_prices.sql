-- Amounts are whole units as text, null for none; an amount that is not sent says
-- nothing. A variant that cannot be used at all is rejected once, by the line without a
-- field.
create or replace function integration.read_stockx_market_data_prices(
    p_payload jsonb,
    p_observed_at timestamptz,
    p_context jsonb
)
returns setof integration.price_observation
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with variant as (
        select
            found.item,
            found.path,
            link.product_id,
            link.variant_id,
            coalesce(
                found.item ->> 'currencyCode', p_context ->> 'currency'
            ) as currency
        from integration.list_payload_items(p_payload) as found
        left join integration.product_links as link
            on
                link.provider = 'stockx'
                and integration.get_text(found.item, 'productId')
                = link.provider_product_id
                and integration.get_text(found.item, 'variantId')
                = link.provider_variant_id
    ),

    judged as (
        select
            variant.*,
            case
                when variant.variant_id is null then 'its variant is not known'
                when coalesce(variant.currency, '') !~ '^[A-Z]{3}$'
                    then 'its currency cannot be read'
                when variant.item -> 'lowestAskAmount' is null
                    then 'it has no lowestAskAmount'
            end as reject_reason
        from variant
    )

    select
        judged.product_id,
        judged.variant_id,
        'stockx',
        amount.price_type,
        'new',
        coalesce(p_context ->> 'region', 'global'),
        amount.channel,
        judged.currency,
        integration.cents_from_units(amount.value #>> '{}'),
        null::integer,
        p_observed_at,
        'ingest',
        judged.path || coalesce('.' || amount.field, ''),
        case
            when judged.reject_reason is not null then judged.reject_reason
            when
                amount.value <> 'null'
                and coalesce(
                    integration.cents_from_units(amount.value #>> '{}'), 0
                ) <= 0
                then 'it is not a price'
        end
    from judged
    inner join lateral (
        values
        ('ask', 'standard', 'lowestAskAmount', judged.item -> 'lowestAskAmount'),
        ('bid', 'standard', 'highestBidAmount', judged.item -> 'highestBidAmount'),
        (
            'sell_faster', 'standard', 'sellFasterAmount',
            judged.item -> 'sellFasterAmount'
        ),
        ('earn_more', 'standard', 'earnMoreAmount', judged.item -> 'earnMoreAmount'),
        ('ask', 'flex', 'flexLowestAskAmount', judged.item -> 'flexLowestAskAmount'),
        (
            'ask', 'direct', 'directMarketData.lowestAsk',
            judged.item #> '{directMarketData,lowestAsk}'
        ),
        (null, null, null, null)
    ) as amount (price_type, channel, field, value)
        on case
            when judged.reject_reason is null then amount.value is not null
            else amount.field is null
        end;
$function$;

comment on function integration.read_stockx_market_data_prices(
    jsonb, timestamptz, jsonb
) is
'Return the prices of a StockX v2 market-data answer: of one variant, or an array of
them. p_context: currency where the answer names none; region, default global.';

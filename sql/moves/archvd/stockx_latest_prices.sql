-- ARCHVD's latest StockX prices: one row per variant and currency with five prices side
-- by side. Null is StockX's word for "none"; a price of nought or less is an error.
create or replace function strangler.map_stockx_latest_prices(
    p_row legacy_public.inventory_v4_stockx_market_data
)
returns setof integration.price_observation
language sql stable
as $function$
    select
        link.product_id,
        link.variant_id,
        'stockx',
        amount.price_type,
        'new',
        'global',
        amount.channel,
        p_row.currency_code,
        (amount.price * 100)::bigint,
        null::integer,
        p_row.updated_at,
        'move:stockx_latest_prices',
        null,
        case
            when link.variant_id is null then 'its variant is not known'
            when p_row.currency_code !~ '^[A-Z]{3}$'
                then format('"%s" is not a currency', p_row.currency_code)
            when amount.price <= 0 then format('%s %s is not a price', amount.field, amount.price)
        end
    from (
        values
        ('ask', 'standard', 'lowest_ask', p_row.lowest_ask),
        ('bid', 'standard', 'highest_bid', p_row.highest_bid),
        ('ask', 'flex', 'flex_lowest_ask', p_row.flex_lowest_ask),
        ('earn_more', 'standard', 'earn_more', p_row.earn_more),
        ('sell_faster', 'standard', 'sell_faster', p_row.sell_faster)
    ) as amount (price_type, channel, field, price)
    left join integration.product_links as link
        on
            link.provider = 'stockx'
            and link.provider_variant_id = p_row.stockx_variant_id::text
            and link.provider_variant_id <> '';
$function$;

comment on function strangler.map_stockx_latest_prices(
    legacy_public.inventory_v4_stockx_market_data
) is
'Return the five prices of a row of ARCHVD''s latest StockX prices.';

select strangler.register_move(
    'stockx_latest_prices',
    'archvd',
    'Latest StockX prices of ARCHVD become price sources with a history',
    'legacy_public.inventory_v4_stockx_market_data',
    'integration.price_sources',
    array[
        'product_id', 'variant_id', 'source', 'price_type', 'condition', 'region',
        'channel', 'currency'
    ],
    array['price_cents'],
    'strangler.map_stockx_latest_prices',
    'integration.record_prices',
    'integration.withdraw_prices',
    p_forget_function => 'integration.forget_prices'
);

-- SoleFlip's pricing.market_prices: a row per product, platform, size and day. It
-- states no currency; the platforms quote StockX in GBP and Alias in USD, as the
-- currency column of SoleFlip's pricing.price_history says for the same rows. The day
-- stands for its midnight in UTC. Needs move soleflip_products.
create or replace function strangler.map_market_prices(
    p_row legacy_pricing.market_prices
)
returns setof integration.price_observation
language sql stable
as $function$
    select
        found.product_id,
        found.variant_id,
        p_row.platform_name::text,
        amount.price_type,
        case p_row.condition when 'deadstock' then 'new' else p_row.condition::text end,
        'global',
        'standard',
        case p_row.platform_name when 'stockx' then 'GBP' when 'alias' then 'USD' end,
        (amount.price * 100)::bigint,
        null::integer,
        p_row.price_date::timestamp at time zone 'UTC',
        'move:market_prices',
        null,
        case
            when found.product_id is null then 'its product is not known'
            when coalesce(btrim(p_row.size_value), '') = '' then 'it has no size'
            when found.variant_id is null
                then format('"%s" is not a size of its product', p_row.size_value)
            when p_row.platform_name not in ('stockx', 'alias')
                then format('the currency of %s is not known', p_row.platform_name)
            when p_row.condition not in ('new', 'used', 'deadstock')
                then format('condition "%s" is not known', p_row.condition)
            when amount.price <= 0
                then format('%s %s is not a price', amount.field, amount.price)
            when p_row.highest_bid > 5 * p_row.lowest_ask
                then 'its bid is more than five times its ask'
        end
    from (
        select
            link.product_id,
            variant.id as variant_id
        from (values (1)) as one (row_number)
        left join integration.product_links as link
            on
                link.provider = 'soleflip'
                and link.provider_product_id = p_row.product_id::text
                and link.provider_variant_id = ''
        left join products.products as product on link.product_id = product.id
        left join lateral products.parse_size(
            nullif(btrim(p_row.size_value), ''), product.gender
        ) as size on true
        left join (
            products.variants as variant
            inner join products.sizes as known_size on variant.size_id = known_size.id
        )
            on
                product.id = variant.product_id
                and size.region = known_size.region
                and size.gender = known_size.gender
                and size.label = known_size.label
    ) as found
    cross join lateral (
        values
        ('ask', 'lowest_ask', p_row.lowest_ask),
        ('bid', 'highest_bid', p_row.highest_bid),
        ('last_sale', 'last_sale', p_row.last_sale)
    ) as amount (price_type, field, price);
$function$;

comment on function strangler.map_market_prices(legacy_pricing.market_prices) is
'Return the ask, bid and last sale of a row of SoleFlip''s pricing.market_prices.';

select strangler.register_move(
    'market_prices',
    'soleflip',
    'Daily prices of SoleFlip become price sources with a history',
    'legacy_pricing.market_prices',
    'integration.price_sources',
    array[
        'product_id', 'variant_id', 'source', 'price_type', 'condition', 'region',
        'channel', 'currency'
    ],
    array['price_cents'],
    'strangler.map_market_prices',
    'integration.record_prices',
    'integration.withdraw_prices',
    p_source_group => array['product_id', 'platform_name', 'size_value', 'condition'],
    p_forget_function => 'integration.forget_prices'
);

-- Fills the third generation of ARCHVD tables, its version four: the ones in use.
insert into public.inventory_v4_stockx_products (
    stockx_product_id,
    brand,
    title,
    style_id,
    product_type,
    url_key,
    colorway,
    gender,
    release_date,
    retail_price,
    is_flex_eligible,
    is_direct_eligible
)
select
    (body ->> 'productId')::uuid as stockx_product_id,
    body ->> 'brand' as brand,
    body ->> 'title' as title,
    body ->> 'styleId' as style_id,
    body ->> 'productType' as product_type,
    body ->> 'urlKey' as url_key,
    body -> 'productAttributes' ->> 'colorway' as colorway,
    body -> 'productAttributes' ->> 'gender' as gender,
    (body -> 'productAttributes' ->> 'releaseDate')::date as release_date,
    (body -> 'productAttributes' ->> 'retailPrice')::numeric as retail_price,
    coalesce((body ->> 'isFlexEligible')::boolean, false) as is_flex_eligible,
    coalesce((body ->> 'isDirectEligible')::boolean, false) as is_direct_eligible
from pg_temp.payload_stockx_product
where body ->> 'styleId' is not null;

insert into public.inventory_v4_stockx_variants (
    stockx_variant_id,
    stockx_product_id,
    variant_name,
    variant_value,
    size_chart,
    gtins,
    is_flex_eligible,
    is_direct_eligible
)
select
    (variant.body ->> 'variantId')::uuid as stockx_variant_id,
    products.stockx_product_id,
    variant.body ->> 'variantName' as variant_name,
    variant.body ->> 'variantValue' as variant_value,
    variant.body -> 'sizeChart' as size_chart,
    variant.body -> 'gtins' as gtins,
    (variant.body ->> 'isFlexEligible')::boolean as is_flex_eligible,
    (variant.body ->> 'isDirectEligible')::boolean as is_direct_eligible
from pg_temp.payload_stockx_variant as variant
inner join public.inventory_v4_stockx_products as products
    on (variant.body ->> 'productId')::uuid = products.stockx_product_id;

insert into public.inventory_v4_stockx_market_data (
    stockx_variant_id,
    currency_code,
    highest_bid,
    lowest_ask,
    flex_lowest_ask,
    earn_more,
    sell_faster,
    standard_market_data,
    flex_market_data,
    direct_market_data,
    updated_at,
    expires_at
)
select
    variants.stockx_variant_id,
    market.body ->> 'currencyCode' as currency_code,
    (market.body ->> 'highestBidAmount')::numeric as highest_bid,
    (market.body ->> 'lowestAskAmount')::numeric as lowest_ask,
    (market.body ->> 'flexLowestAskAmount')::numeric as flex_lowest_ask,
    (market.body ->> 'earnMoreAmount')::numeric as earn_more,
    (market.body ->> 'sellFasterAmount')::numeric as sell_faster,
    market.body -> 'standardMarketData' as standard_market_data,
    market.body -> 'flexMarketData' as flex_market_data,
    market.body -> 'directMarketData' as direct_market_data,
    recording.observed_at - market.position % 720 * interval '1 minute' as updated_at,
    recording.observed_at - market.position % 720 * interval '1 minute'
    + interval '24 hours' as expires_at
from pg_temp.payload_stockx_market as market
cross join pg_temp.payload_recording as recording
inner join public.inventory_v4_stockx_variants as variants
    on (market.body ->> 'variantId')::uuid = variants.stockx_variant_id;

-- A few products are followed in all three currencies.
insert into public.inventory_v4_stockx_market_data (
    stockx_variant_id,
    currency_code,
    highest_bid,
    lowest_ask,
    updated_at,
    expires_at
)
select
    market.stockx_variant_id,
    other.currency_code,
    round(market.highest_bid * other.per_pound) as highest_bid,
    round(market.lowest_ask * other.per_pound) as lowest_ask,
    market.updated_at,
    market.expires_at
from public.inventory_v4_stockx_market_data as market
inner join public.inventory_v4_stockx_variants as variants
    on market.stockx_variant_id = variants.stockx_variant_id
inner join pg_temp.payload_catalogue as catalogue
    on variants.stockx_product_id = catalogue.product_id
cross join pg_temp.payload_recording as recording
inner join public.fx_rates as rates on recording.observed_at::date = rates.as_of
cross join
    lateral (
        values
        ('EUR', rates.eur_per_gbp),
        ('USD', rates.usd_per_gbp)
    ) as other (currency_code, per_pound)
where catalogue.rank <= 6;

insert into public.inventory_v4_stockx_price_history (
    stockx_variant_id,
    currency_code,
    highest_bid,
    lowest_ask,
    recorded_at,
    snapshot_date
)
select
    variants.stockx_variant_id,
    'GBP' as currency_code,
    price.highest_bid,
    price.lowest_ask,
    price.day + interval '3 hours' as recorded_at,
    price.day as snapshot_date
from pg_temp.payload_price as price
inner join public.inventory_v4_stockx_variants as variants
    on price.variant_id = variants.stockx_variant_id
where price.platform = 'stockx'
order by price.day asc, price.product_rank asc, price.size asc;

insert into public.inventory_v4_alias_products (
    alias_catalog_id,
    brand,
    name,
    nickname,
    sku,
    colorway,
    gender,
    product_category,
    product_type,
    release_date,
    retail_price_cents,
    size_unit,
    allowed_sizes,
    minimum_listing_price_cents,
    maximum_listing_price_cents,
    main_picture_url,
    requested_pictures,
    requires_listing_pictures,
    resellable
)
select
    body ->> 'catalog_id' as alias_catalog_id,
    body ->> 'brand' as brand,
    body ->> 'name' as name,
    body ->> 'nickname' as nickname,
    body ->> 'sku' as sku,
    body ->> 'colorway' as colorway,
    body ->> 'gender' as gender,
    body ->> 'product_category' as product_category,
    body ->> 'product_type' as product_type,
    nullif(body ->> 'release_date', '')::timestamptz as release_date,
    nullif(nullif(body ->> 'retail_price_cents', ''), '0')::integer
        as retail_price_cents,
    body ->> 'size_unit' as size_unit,
    body -> 'allowed_sizes' as allowed_sizes,
    nullif(body ->> 'minimum_listing_price_cents', '')::integer
        as minimum_listing_price_cents,
    nullif(body ->> 'maximum_listing_price_cents', '')::integer
        as maximum_listing_price_cents,
    body ->> 'main_picture_url' as main_picture_url,
    body -> 'requested_pictures' as requested_pictures,
    (body ->> 'requires_listing_pictures')::boolean as requires_listing_pictures,
    (body ->> 'resellable')::boolean as resellable
from pg_temp.payload_alias_item
on conflict (alias_catalog_id) do nothing;

-- Only new shoes in a good box have a variant: size, region 1, consigned or not.
insert into public.inventory_v4_alias_variants (
    alias_catalog_id, size_value, size_display, size_unit, consigned
)
select
    products.alias_catalog_id,
    (offer.body ->> 'size')::numeric as size_value,
    offer.body ->> 'size' as size_display,
    products.size_unit,
    coalesce((offer.body ->> 'consigned')::boolean, false) as consigned
from pg_temp.payload_alias_variant as offer
inner join public.inventory_v4_alias_products as products
    on offer.body ->> 'catalog_id' = products.alias_catalog_id
where
    offer.body ->> 'product_condition' = 'PRODUCT_CONDITION_NEW'
    and offer.body ->> 'packaging_condition' = 'PACKAGING_CONDITION_GOOD_CONDITION'
order by offer.position
on conflict (alias_catalog_id, size_value, consigned, region_id) do nothing;

insert into public.inventory_v4_alias_market_data (
    alias_variant_id,
    lowest_ask,
    highest_bid,
    last_sale_price,
    global_indicator_price,
    updated_at,
    expires_at
)
select
    variants.id as alias_variant_id,
    nullif(offer.prices ->> 'lowest_listing_price_cents', '0')::numeric / 100
        as lowest_ask,
    nullif(offer.prices ->> 'highest_offer_price_cents', '0')::numeric / 100
        as highest_bid,
    nullif(offer.prices ->> 'last_sold_listing_price_cents', '0')::numeric / 100
        as last_sale_price,
    nullif(offer.prices ->> 'global_indicator_price_cents', '0')::numeric / 100
        as global_indicator_price,
    recording.observed_at as updated_at,
    recording.observed_at + interval '24 hours' as expires_at
from (
    select
        body ->> 'catalog_id' as catalog_id,
        (body ->> 'size')::numeric as size_value,
        coalesce((body ->> 'consigned')::boolean, false) as consigned,
        body -> 'availability' as prices
    from pg_temp.payload_alias_variant
    where
        body ->> 'product_condition' = 'PRODUCT_CONDITION_NEW'
        and body ->> 'packaging_condition' = 'PACKAGING_CONDITION_GOOD_CONDITION'
) as offer
cross join pg_temp.payload_recording as recording
inner join public.inventory_v4_alias_variants as variants
    on
        offer.catalog_id = variants.alias_catalog_id
        and offer.size_value = variants.size_value
        and offer.consigned = variants.consigned
on conflict (alias_variant_id) do nothing;

insert into public.inventory_v4_alias_price_history (
    alias_variant_id,
    lowest_ask,
    highest_bid,
    last_sale_price,
    recorded_at
)
select
    variants.id as alias_variant_id,
    price.lowest_ask,
    price.highest_bid,
    price.last_sale as last_sale_price,
    price.day + interval '2 hours' as recorded_at
from pg_temp.payload_price as price
inner join public.inventory_v4_alias_variants as variants
    on
        price.product_id = variants.alias_catalog_id
        and price.size::numeric = variants.size_value
        and not variants.consigned
where price.platform = 'alias'
order by price.day asc, variants.id asc;

-- Three runs of the synchronisation wrote the same sales: nothing differs but the run.
insert into public.inventory_v4_alias_sales_history (
    alias_catalog_id,
    size_value,
    price,
    purchased_at,
    consigned,
    recorded_at
)
select
    products.alias_catalog_id,
    (sale.body ->> 'size')::numeric as size_value,
    (sale.body ->> 'price_cents')::numeric / 100 as price,
    (sale.body ->> 'purchased_at')::timestamptz as purchased_at,
    (sale.body ->> 'consigned')::boolean as consigned,
    recording.observed_at - run * interval '7 hours' as recorded_at
from pg_temp.payload_alias_sale as sale
inner join public.inventory_v4_alias_products as products
    on sale.body ->> 'catalog_id' = products.alias_catalog_id
cross join pg_temp.payload_recording as recording
cross join generate_series(1, 3) as run
order by run desc, sale.position asc;

insert into public.inventory_v4_style_catalog (
    style_id,
    brand,
    name,
    nickname,
    colorway,
    gender,
    product_category,
    release_date,
    retail_price_cents,
    stockx_product_id,
    stockx_url_key,
    alias_catalog_id,
    last_synced_at
)
with alias as (
    select distinct on (replace(sku, ' ', '-'))
        replace(sku, ' ', '-') as style_id,
        brand,
        name,
        nickname,
        colorway,
        gender,
        release_date,
        retail_price_cents,
        alias_catalog_id
    from public.inventory_v4_alias_products
    order by replace(sku, ' ', '-') asc, alias_catalog_id asc
)

select
    coalesce(catalogue.style_id, alias.style_id) as style_id,
    coalesce(catalogue.brand, alias.brand) as brand,
    coalesce(catalogue.title, alias.name) as name,
    alias.nickname,
    coalesce(catalogue.colorway, alias.colorway) as colorway,
    coalesce(catalogue.gender, alias.gender) as gender,
    'sneakers' as product_category,
    coalesce(catalogue.release_date, alias.release_date::date) as release_date,
    coalesce((catalogue.retail_price * 100)::integer, alias.retail_price_cents)
        as retail_price_cents,
    catalogue.product_id as stockx_product_id,
    catalogue.url_key as stockx_url_key,
    alias.alias_catalog_id,
    recording.observed_at as last_synced_at
from pg_temp.payload_catalogue as catalogue
full join alias on catalogue.style_id = alias.style_id
cross join pg_temp.payload_recording as recording;

-- One chart for all brands; one decimal, so that EU 36 2/3 has become 36.
insert into public.size_conversions (
    category,
    gender,
    us_size,
    uk_size,
    eu_size,
    jp_size,
    us_display,
    uk_display,
    eu_display,
    jp_display
)
with chart as (
    select
        stockx_product_id,
        brand,
        style_id,
        case gender
            when 'women' then 'women'
            when 'unisex' then 'unisex'
            when 'kids' then 'youth'
            else 'men'
        end as gender
    from public.inventory_v4_stockx_products
)

select distinct on (chart.gender, size.us_size)
    'sneakers' as category,
    chart.gender,
    size.us_size,
    substring(size.uk_label from '[0-9.]+')::numeric as uk_size,
    substring(size.eu_label from '[0-9.]+')::numeric as eu_size,
    substring(size.cm_label from '[0-9.]+')::numeric as jp_size,
    'US ' || size.label as us_display,
    size.uk_label as uk_display,
    size.eu_label as eu_display,
    replace(size.cm_label, 'CM', 'JP') as jp_display
from pg_temp.payload_size as size
inner join public.inventory_v4_stockx_variants as variants
    on size.variant_id = variants.stockx_variant_id
inner join chart on variants.stockx_product_id = chart.stockx_product_id
order by
    chart.gender asc,
    size.us_size asc,
    chart.brand = 'Nike' desc,
    chart.style_id collate "C" asc;

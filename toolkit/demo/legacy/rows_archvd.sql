-- Fills the ARCHVD tables from the payloads.

-- Two years of daily rates, moving slowly.
insert into public.fx_rates (as_of, gbp_per_usd, gbp_per_eur, source)
select
    recording.observed_at::date - age as as_of,
    round((0.7874 + 0.012 * sin(age / 23.0))::numeric, 6) as gbp_per_usd,
    round((0.8547 + 0.009 * sin(age / 31.0))::numeric, 6) as gbp_per_eur,
    'ecb' as source
from pg_temp.payload_recording as recording
cross join generate_series(0, 731) as age;

insert into public.product_catalog (
    id,
    sku,
    brand,
    model,
    colorway,
    retail_price,
    release_date,
    slug,
    category,
    gender,
    stockx_product_id
)
select
    md5('archvd catalog ' || style_id)::uuid as id,
    style_id as sku,
    brand,
    model,
    colorway,
    retail_price,
    release_date,
    url_key as slug,
    'sneakers' as category,
    gender,
    product_id::text as stockx_product_id
from pg_temp.payload_catalogue
order by rank
limit 72;

insert into public.products (
    id,
    sku,
    brand,
    model,
    colorway,
    slug,
    retail_price,
    release_date,
    tier,
    popularity_score,
    last_synced_at
)
select
    md5('archvd product ' || catalogue.style_id)::uuid as id,
    catalogue.style_id as sku,
    catalogue.brand,
    catalogue.model,
    catalogue.colorway,
    catalogue.url_key as slug,
    catalogue.retail_price,
    catalogue.release_date,
    (array['hot', 'warm', 'cold', 'cold'])[catalogue.rank % 4 + 1] as tier,
    (catalogue.rank * 37 % 101)::integer as popularity_score,
    recording.observed_at as last_synced_at
from pg_temp.payload_catalogue as catalogue
cross join pg_temp.payload_recording as recording;

insert into public.product_variants (
    id,
    product_id,
    size_key,
    size_numeric,
    stockx_product_id,
    stockx_variant_id
)
select
    md5('archvd variant ' || size.variant_id)::uuid as id,
    products.id as product_id,
    size.label as size_key,
    size.us_size as size_numeric,
    variant.body ->> 'productId' as stockx_product_id,
    size.variant_id::text as stockx_variant_id
from pg_temp.payload_stockx_variant as variant
inner join pg_temp.payload_size as size
    on (variant.body ->> 'variantId')::uuid = size.variant_id
inner join pg_temp.payload_catalogue as catalogue
    on (variant.body ->> 'productId')::uuid = catalogue.product_id
inner join public.products as products on catalogue.style_id = products.sku
on conflict (product_id, size_key) do nothing;

-- The second generation of StockX tables: text ids, text for dates, dollars by default.
insert into public.stockx_products (
    id,
    stockx_product_id,
    style_id,
    title,
    brand,
    colorway,
    retail_price,
    release_date,
    category,
    gender,
    condition,
    last_synced_at
)
select
    md5('stockx product ' || catalogue.product_id)::uuid as id,
    catalogue.product_id::text as stockx_product_id,
    catalogue.style_id,
    catalogue.title,
    catalogue.brand,
    catalogue.colorway,
    catalogue.retail_price,
    catalogue.release_date::text as release_date,
    'sneakers' as category,
    catalogue.gender,
    'new' as condition,
    recording.observed_at - interval '5 weeks' as last_synced_at
from pg_temp.payload_catalogue as catalogue
cross join pg_temp.payload_recording as recording
order by catalogue.rank
limit 60;

insert into public.stockx_variants (
    id,
    stockx_variant_id,
    stockx_product_id,
    product_id,
    variant_value,
    gtins,
    size_chart,
    size_display
)
select
    md5('stockx variant ' || (variant.body ->> 'variantId'))::uuid as id,
    variant.body ->> 'variantId' as stockx_variant_id,
    products.stockx_product_id,
    products.id as product_id,
    variant.body ->> 'variantValue' as variant_value,
    array(
        select gtin ->> 'identifier'
        from jsonb_array_elements(variant.body -> 'gtins') as gtin
    ) as gtins,
    variant.body -> 'sizeChart' as size_chart,
    'US ' || (variant.body ->> 'variantValue') as size_display
from pg_temp.payload_stockx_variant as variant
inner join public.stockx_products as products
    on variant.body ->> 'productId' = products.stockx_product_id
on conflict (stockx_product_id, variant_value) do nothing;

insert into public.stockx_market_snapshots (
    stockx_product_id,
    stockx_variant_id,
    product_id,
    variant_id,
    currency_code,
    last_sale_price,
    sales_last_72_hours,
    lowest_ask,
    highest_bid,
    snapshot_at
)
select
    variants.stockx_product_id,
    variants.stockx_variant_id,
    variants.product_id,
    variants.id as variant_id,
    'GBP' as currency_code,
    price.last_sale as last_sale_price,
    (price.product_rank % 9)::integer as sales_last_72_hours,
    price.lowest_ask,
    price.highest_bid,
    price.day - interval '30 days' + interval '6 hours' as snapshot_at
from pg_temp.payload_price as price
inner join public.stockx_variants as variants
    on price.variant_id::text = variants.stockx_variant_id
where price.platform = 'stockx' and price.age <= 2;

-- Prices by style code and size, with nothing that ties them to a product.
insert into public.market_prices (
    provider, sku, size_uk, currency, ask, bid, last_sale, as_of
)
select
    'stockx' as provider,
    price.style_id as sku,
    substring(size.uk_label from '[0-9.]+') as size_uk,
    'GBP' as currency,
    price.lowest_ask as ask,
    price.highest_bid as bid,
    price.last_sale,
    price.day + interval '5 hours' as as_of
from pg_temp.payload_price as price
inner join pg_temp.payload_size as size on price.variant_id = size.variant_id
where price.platform = 'stockx' and price.age = 1 and price.product_rank <= 40
order by price.product_rank asc, size.us_size asc;

insert into public.stockx_market_prices (
    sku,
    size,
    currency,
    lowest_ask,
    highest_bid,
    last_sale,
    average_price,
    volatility,
    sales_last_72h,
    as_of
)
select
    style_id as sku,
    size,
    'GBP' as currency,
    lowest_ask,
    highest_bid,
    last_sale,
    (lowest_ask + highest_bid) / 2 as average_price,
    round(0.01 * (product_rank % 13), 4) as volatility,
    (product_rank % 9)::integer as sales_last_72h,
    day + interval '4 hours' as as_of
from pg_temp.payload_price
where platform = 'stockx' and age <= 2 and product_rank <= 40;

-- What was meant to be the one table for all providers.
insert into public.master_market_data (
    provider,
    provider_source,
    provider_product_id,
    provider_variant_id,
    sku,
    size_key,
    size_numeric,
    currency_code,
    base_currency_code,
    fx_rate,
    region_code,
    lowest_ask,
    highest_bid,
    last_sale_price,
    lowest_ask_base,
    highest_bid_base,
    last_sale_price_base,
    snapshot_at
)
select
    price.platform as provider,
    price.source as provider_source,
    price.product_id as provider_product_id,
    price.variant_id::text as provider_variant_id,
    price.style_id as sku,
    price.size as size_key,
    regexp_replace(price.size, '[^0-9.]', '', 'g')::numeric as size_numeric,
    price.currency_code,
    'GBP' as base_currency_code,
    price.rate as fx_rate,
    price.region_code,
    price.lowest_ask,
    price.highest_bid,
    price.last_sale as last_sale_price,
    price.lowest_ask * price.rate as lowest_ask_base,
    price.highest_bid * price.rate as highest_bid_base,
    price.last_sale * price.rate as last_sale_price_base,
    price.day + interval '1 hour' as snapshot_at
from (
    select
        daily.*,
        case daily.platform when 'stockx' then 'GBP' else 'USD' end as currency_code,
        case daily.platform when 'stockx' then 'UK' else 'US' end as region_code,
        case daily.platform when 'stockx' then 1 else rates.gbp_per_usd end as rate,
        case daily.platform
            when 'stockx' then 'stockx_market_data'
            else 'alias_availabilities'
        end as source
    from pg_temp.payload_price as daily
    cross join pg_temp.payload_recording as recording
    inner join public.fx_rates as rates on recording.observed_at::date = rates.as_of
    where daily.age = 1
) as price
order by price.platform asc, price.product_rank asc, price.size asc;

-- Single sales of a sample that names shoes and has no style code.
insert into public.stockx_sales (sku, size, sale_price, sold_at, meta)
select
    body ->> 'Sneaker Name' as sku,
    body ->> 'Shoe Size' as size,
    translate(body ->> 'Sale Price', '$,', '')::numeric as sale_price,
    to_date(body ->> 'Order Date', 'MM/DD/YY')::timestamp at time zone 'UTC' as sold_at,
    jsonb_build_object(
        'brand', body ->> 'Brand',
        'retail_price', body ->> 'Retail Price',
        'release_date', body ->> 'Release Date',
        'buyer_region', body ->> 'Buyer Region'
    ) as meta
from pg_temp.payload_stockx_sale;

insert into public."Inventory" (
    id,
    user_id,
    product_id,
    variant_id,
    catalog_id,
    sku,
    brand,
    model,
    colorway,
    category,
    size,
    size_uk,
    condition,
    status,
    purchase_price,
    purchase_total,
    purchase_date,
    sold_price,
    sold_date,
    sale_platform,
    style_id
)
select
    md5('inventory ' || item.number)::uuid as id,
    md5('user ' || item.number % 5)::uuid as user_id,
    item.product_id,
    item.id as variant_id,
    catalog.id as catalog_id,
    item.sku,
    item.brand,
    item.model,
    item.colorway,
    'sneakers' as category,
    item.size_key as size,
    case when item.number % 11 <> 0 then item.uk_size end as size_uk,
    (array['New', 'new', 'DS', 'Deadstock', 'Used'])[item.number % 5 + 1] as condition,
    case when item.number % 4 = 0 then 'sold' else 'active' end::public.item_status
        as status,
    item.retail_price as purchase_price,
    item.retail_price + 5 as purchase_total,
    recording.observed_at::date - item.number::integer as purchase_date,
    case when item.number % 4 = 0 then item.retail_price + 40 end as sold_price,
    case when item.number % 4 = 0 then recording.observed_at - interval '3 days' end
        as sold_date,
    case when item.number % 4 = 0 then 'stockx' end as sale_platform,
    item.sku as style_id
from (
    select
        variants.id,
        variants.product_id,
        variants.size_key,
        products.sku,
        products.brand,
        products.model,
        products.colorway,
        products.retail_price,
        substring(size.uk_label from '[0-9.]+')::numeric as uk_size,
        row_number() over (order by md5(variants.id::text)) as number
    from public.product_variants as variants
    inner join public.products as products on variants.product_id = products.id
    inner join pg_temp.payload_size as size
        on variants.stockx_variant_id = size.variant_id::text
) as item
left join public.product_catalog as catalog on item.sku = catalog.sku
cross join pg_temp.payload_recording as recording
where item.number <= 150;

-- Fills the SoleFlip tables from the payloads.
insert into core.brands (id, name, slug)
select
    md5('brand ' || brand.name)::uuid as id,
    brand.name,
    regexp_replace(lower(brand.name), '[^a-z0-9]+', '-', 'g') as slug
from (
    select body ->> 'brand' as name
    from pg_temp.payload_stockx_product
    union
    select body ->> 'brand' as name
    from pg_temp.payload_alias_item
    union
    select body ->> 'brand_name' as name
    from pg_temp.payload_awin
) as brand
order by brand.name collate "C"
on conflict (slug) do nothing;

insert into core.categories (id, name, slug)
values
(md5('category sneakers')::uuid, 'Sneakers', 'sneakers'),
(md5('category apparel')::uuid, 'Apparel', 'apparel');

insert into core.platforms (id, name, slug)
values
(md5('platform stockx')::uuid, 'StockX', 'stockx'),
(md5('platform alias')::uuid, 'Alias', 'alias'),
(md5('platform ebay')::uuid, 'eBay', 'ebay');

insert into core.suppliers (
    id, name, slug, supplier_type, country, status, vat_rate, rating
)
select
    md5('supplier ' || slug)::uuid as id,
    name,
    slug,
    supplier_type,
    country,
    'active' as status,
    vat_rate,
    rating
from (
    values
    ('Schuhhaus Beispiel', 'schuhhaus-beispiel', 'retailer', 'Germany', 19.00, 4.20),
    ('Example Wholesale', 'example-wholesale', 'wholesaler', 'Germany', 19.00, 3.90),
    ('Private sellers', 'private-sellers', 'private', null, null, null)
) as supplier (name, slug, supplier_type, country, vat_rate, rating);

-- The labels of every provider side by side: 9, 7.5W, 3.5Y; for Awin EU sizes.
insert into products.sizes (id, category_id, value, region)
select
    md5('size ' || label.region || label.value)::uuid as id,
    md5('category sneakers')::uuid as category_id,
    label.value,
    label.region
from (
    select
        'US' as region,
        size as value
    from pg_temp.payload_price
    union
    select
        'EU' as region,
        body ->> 'Fashion:size' as value
    from pg_temp.payload_awin
) as label
order by label.region asc, label.value asc;

insert into products.products (
    id,
    sku,
    brand_id,
    category_id,
    name,
    retail_price,
    release_date,
    stockx_product_id,
    style_code,
    lowest_ask,
    highest_bid,
    last_enriched_at
)
with market as (
    select
        style_id,
        min(lowest_ask) as lowest_ask,
        max(highest_bid) as highest_bid
    from pg_temp.payload_price
    where platform = 'stockx' and age = 1
    group by style_id
)

select
    md5('soleflip product ' || product.style_id)::uuid as id,
    product.style_id as sku,
    brands.id as brand_id,
    md5('category sneakers')::uuid as category_id,
    product.name,
    product.retail_price,
    product.release_date,
    product.stockx_product_id,
    product.style_id as style_code,
    market.lowest_ask,
    market.highest_bid,
    recording.observed_at as last_enriched_at
from (
    select
        style_id,
        brand,
        title as name,
        retail_price,
        release_date::timestamptz as release_date,
        product_id::text as stockx_product_id
    from pg_temp.payload_catalogue
    union all
    select distinct on (replace(alias.body ->> 'sku', ' ', '-'))
        replace(alias.body ->> 'sku', ' ', '-') as style_id,
        alias.body ->> 'brand' as brand,
        alias.body ->> 'name' as name,
        nullif(alias.body ->> 'retail_price_cents', '')::numeric / 100 as retail_price,
        nullif(alias.body ->> 'release_date', '')::timestamptz as release_date,
        null as stockx_product_id
    from pg_temp.payload_alias_item as alias
    where not exists (
        select
        from pg_temp.payload_catalogue as catalogue
        where replace(alias.body ->> 'sku', ' ', '-') = catalogue.style_id
    )
) as product
left join core.brands as brands on product.brand = brands.name
left join market on product.style_id = market.style_id
cross join pg_temp.payload_recording as recording;

-- Prices number two: by day, in units of a currency that the table does not name.
insert into pricing.market_prices (
    product_id,
    platform_name,
    size_value,
    condition,
    price_date,
    lowest_ask,
    highest_bid,
    last_sale,
    average_price,
    sales_volume,
    data_quality_score,
    created_at
)
select
    products.id as product_id,
    price.platform as platform_name,
    price.size as size_value,
    'new' as condition,
    price.day as price_date,
    price.lowest_ask,
    price.highest_bid,
    price.last_sale,
    (price.lowest_ask + price.highest_bid) / 2 as average_price,
    (price.product_rank % 9)::integer as sales_volume,
    case when price.lowest_ask is null then 0.60 else 0.95 end as data_quality_score,
    price.day + interval '1 hour' as created_at
from pg_temp.payload_price as price
inner join products.products as products on price.style_id = products.sku
order by price.day asc, price.platform asc, price.product_rank asc, price.size asc;

-- Prices number three: one a day and platform, over all sizes.
insert into pricing.price_history (
    product_id,
    platform_id,
    price_date,
    price_type,
    price_amount,
    currency,
    source,
    confidence_score
)
select
    products.id as product_id,
    platforms.id as platform_id,
    price.day as price_date,
    'lowest_ask' as price_type,
    min(price.lowest_ask) as price_amount,
    case price.platform when 'stockx' then 'GBP' else 'USD' end as currency,
    price.platform as source,
    0.90 as confidence_score
from pg_temp.payload_price as price
inner join products.products as products on price.style_id = products.sku
inner join core.platforms as platforms on price.platform = platforms.slug
where price.lowest_ask is not null
group by products.id, platforms.id, price.platform, price.day;

insert into integration.awin_products (
    id,
    awin_product_id,
    merchant_product_id,
    merchant_id,
    merchant_name,
    data_feed_id,
    product_name,
    brand_name,
    brand_id,
    ean,
    retail_price_cents,
    store_price_cents,
    currency,
    description,
    colour,
    size,
    in_stock,
    stock_quantity,
    delivery_time,
    image_url,
    affiliate_link,
    merchant_link,
    matched_product_id,
    match_confidence,
    match_method,
    enrichment_status,
    feed_import_date
)
select
    md5('awin ' || (feed.body ->> 'aw_product_id'))::uuid as id,
    feed.body ->> 'aw_product_id' as awin_product_id,
    feed.body ->> 'merchant_product_id' as merchant_product_id,
    (feed.body ->> 'merchant_id')::integer as merchant_id,
    feed.body ->> 'merchant_name' as merchant_name,
    (feed.body ->> 'data_feed_id')::integer as data_feed_id,
    feed.body ->> 'product_name' as product_name,
    feed.body ->> 'brand_name' as brand_name,
    nullif(feed.body ->> 'brand_id', '')::integer as brand_id,
    feed.body ->> 'ean' as ean,
    ((feed.body ->> 'search_price')::numeric * 100)::integer as retail_price_cents,
    ((feed.body ->> 'search_price')::numeric * 100)::integer as store_price_cents,
    feed.body ->> 'currency' as currency,
    feed.body ->> 'description' as description,
    feed.body ->> 'colour' as colour,
    feed.body ->> 'Fashion:size' as size,
    feed.body ->> 'in_stock' = '1' as in_stock,
    nullif(feed.body ->> 'stock_quantity', '')::integer as stock_quantity,
    feed.body ->> 'delivery_time' as delivery_time,
    feed.body ->> 'merchant_image_url' as image_url,
    feed.body ->> 'aw_deep_link' as affiliate_link,
    feed.body ->> 'merchant_deep_link' as merchant_link,
    products.id as matched_product_id,
    case when products.id is not null then 0.90 end as match_confidence,
    case when products.id is not null then 'style_code' end as match_method,
    case when products.id is null then 'pending' else 'matched' end
        as enrichment_status,
    recording.observed_at as feed_import_date
from pg_temp.payload_awin as feed
cross join pg_temp.payload_recording as recording
left join products.products as products
    on
        translate(
            substring(feed.body ->> 'description' from '\| *([^| ]+)$'), '._', '--'
        )
        = products.sku
order by feed.position
on conflict (awin_product_id) do nothing;

-- Prices number one, in cents: what a size costs now. Alias is called goat. First comes
-- the price of the day before, then an update brings today's: of the two only the
-- second reaches price_history, and only where it is another.
insert into integration.price_sources (
    product_id,
    size_id,
    source_type,
    source_product_id,
    source_name,
    price_type,
    price_cents,
    currency,
    in_stock,
    last_updated
)
select
    products.id as product_id,
    sizes.id as size_id,
    case price.platform when 'stockx' then 'stockx' else 'goat' end
    ::integration.source_type_enum as source_type,
    left(price.product_id, 100) as source_product_id,
    case price.platform when 'stockx' then 'StockX' else 'GOAT' end as source_name,
    'resale' as price_type,
    (coalesce(before.lowest_ask, price.lowest_ask) * 100)::integer as price_cents,
    case price.platform when 'stockx' then 'GBP' else 'USD' end as currency,
    true as in_stock,
    least(price.day + interval '1 hour', now()) as last_updated
from pg_temp.payload_price as price
inner join products.products as products on price.style_id = products.sku
inner join products.sizes as sizes on price.size = sizes.value and sizes.region = 'US'
left join pg_temp.payload_price as before
    on
        price.platform = before.platform
        and price.product_id = before.product_id
        and price.size = before.size
        and before.age = 2
where price.age = 1 and price.lowest_ask is not null
order by price.platform asc, price.product_rank asc, price.size asc;

-- The importer forgets the size of what is out of stock.
insert into integration.price_sources (
    product_id,
    size_id,
    source_type,
    source_product_id,
    source_name,
    price_type,
    price_cents,
    currency,
    stock_quantity,
    in_stock,
    source_url,
    affiliate_link,
    supplier_id,
    last_updated
)
select
    feed.matched_product_id as product_id,
    case when feed.in_stock then sizes.id end as size_id,
    'awin' as source_type,
    feed.awin_product_id as source_product_id,
    feed.merchant_name as source_name,
    'retail' as price_type,
    feed.retail_price_cents as price_cents,
    feed.currency,
    feed.stock_quantity,
    feed.in_stock,
    feed.merchant_link as source_url,
    feed.affiliate_link,
    suppliers.id as supplier_id,
    least(feed.feed_import_date, now()) as last_updated
from integration.awin_products as feed
left join products.sizes as sizes on feed.size = sizes.value and sizes.region = 'EU'
left join core.suppliers as suppliers on feed.merchant_name = suppliers.name
where feed.matched_product_id is not null;

update integration.price_sources as source
set price_cents = (price.lowest_ask * 100)::integer
from pg_temp.payload_price as price
inner join products.products as products on price.style_id = products.sku
inner join products.sizes as sizes on price.size = sizes.value and sizes.region = 'US'
where
    price.age = 1
    and source.product_id = products.id
    and source.size_id = sizes.id
    and source.source_name
    = case price.platform when 'stockx' then 'StockX' else 'GOAT' end
    and source.price_cents <> (price.lowest_ask * 100)::integer;

-- Prices number four: again in units, once a product.
insert into integration.market_prices (
    product_id,
    source,
    supplier_name,
    external_id,
    buy_price,
    currency,
    availability,
    stock_qty,
    product_url,
    last_updated
)
select
    matched_product_id as product_id,
    'awin' as source,
    min(merchant_name) as supplier_name,
    merchant_product_id as external_id,
    min(store_price_cents) / 100.0 as buy_price,
    min(currency) as currency,
    case when bool_or(in_stock) then 'in_stock' else 'out_of_stock' end as availability,
    sum(stock_quantity) as stock_qty,
    min(merchant_link) as product_url,
    min(feed_import_date) as last_updated
from integration.awin_products
where matched_product_id is not null
group by matched_product_id, merchant_product_id;

insert into products.inventory (
    id,
    product_id,
    size_id,
    supplier_id,
    quantity,
    purchase_price,
    purchase_date,
    supplier,
    status,
    location,
    listed_stockx,
    listed_alias,
    detailed_status
)
select
    md5('soleflip inventory ' || item.number)::uuid as id,
    item.product_id,
    item.size_id,
    md5('supplier example-wholesale')::uuid as supplier_id,
    1 as quantity,
    item.retail_price as purchase_price,
    recording.observed_at - item.number * interval '11 hours' as purchase_date,
    'Example Wholesale' as supplier,
    'in_stock' as status,
    'Shelf ' || item.number % 12 as location,
    item.number <= 60 as listed_stockx,
    item.number % 4 = 0 as listed_alias,
    case when item.number <= 30 then 'sale_completed' else 'available' end
    ::products.inventory_status as detailed_status
from (
    select
        price.product_id,
        sizes.id as size_id,
        products.retail_price,
        row_number() over (
            order by md5(price.product_id || price.size_value)
        ) as number
    from (
        select distinct
            product_id,
            size_value
        from pricing.market_prices
        where platform_name = 'stockx'
    ) as price
    inner join products.products as products on price.product_id = products.id
    inner join products.sizes as sizes
        on price.size_value = sizes.value and sizes.region = 'US'
) as item
cross join pg_temp.payload_recording as recording
where item.number <= 240;

insert into platforms.stockx_listings (
    id,
    product_id,
    stockx_listing_id,
    stockx_product_id,
    variant_id,
    ask_price,
    buy_price,
    status,
    is_active,
    current_lowest_ask,
    current_highest_bid,
    listed_at
)
select
    md5('listing ' || inventory.id)::uuid as id,
    inventory.product_id,
    'L-' || left(md5('listing ' || inventory.id), 12) as stockx_listing_id,
    products.stockx_product_id,
    price.variant_id::text as variant_id,
    coalesce(price.lowest_ask, products.retail_price, 100) as ask_price,
    inventory.purchase_price as buy_price,
    case when inventory.detailed_status = 'available' then 'active' else 'sold' end
        as status,
    inventory.detailed_status = 'available' as is_active,
    price.lowest_ask as current_lowest_ask,
    price.highest_bid as current_highest_bid,
    inventory.purchase_date as listed_at
from products.inventory as inventory
inner join products.products as products on inventory.product_id = products.id
inner join products.sizes as sizes on inventory.size_id = sizes.id
inner join pg_temp.payload_price as price
    on
        products.sku = price.style_id
        and sizes.value = price.size
        and price.platform = 'stockx'
        and price.age = 1
where inventory.listed_stockx;

-- An order knows its listing, never the item in stock that was sold.
insert into transactions.orders (
    id,
    listing_id,
    platform_id,
    stockx_order_number,
    sale_price,
    seller_fee,
    net_proceeds,
    original_buy_price,
    order_status,
    sold_at,
    payout_received
)
select
    md5('order ' || listings.id)::uuid as id,
    listings.id as listing_id,
    md5('platform stockx')::uuid as platform_id,
    'O-' || left(md5('order ' || listings.id), 10) as stockx_order_number,
    listings.ask_price as sale_price,
    round(listings.ask_price * 0.09, 2) as seller_fee,
    round(listings.ask_price * 0.88, 2) as net_proceeds,
    listings.buy_price as original_buy_price,
    'completed' as order_status,
    recording.observed_at - interval '2 days' as sold_at,
    true as payout_received
from platforms.stockx_listings as listings
cross join pg_temp.payload_recording as recording
where listings.status = 'sold';

-- Prices number five.
insert into analytics.marketplace_data (
    inventory_item_id,
    platform_id,
    ask_price,
    market_lowest_ask,
    market_highest_bid,
    last_sale_price,
    volatility,
    fees_percentage,
    updated_at
)
select
    inventory.id as inventory_item_id,
    md5('platform stockx')::uuid as platform_id,
    price.lowest_ask as ask_price,
    price.lowest_ask as market_lowest_ask,
    price.highest_bid as market_highest_bid,
    price.last_sale as last_sale_price,
    round(0.01 * (price.product_rank % 13), 4) as volatility,
    0.0900 as fees_percentage,
    recording.observed_at as updated_at
from products.inventory as inventory
inner join products.products as products on inventory.product_id = products.id
inner join products.sizes as sizes on inventory.size_id = sizes.id
inner join pg_temp.payload_price as price
    on
        products.sku = price.style_id
        and sizes.value = price.size
        and price.platform = 'stockx'
        and price.age = 1
cross join pg_temp.payload_recording as recording
on conflict (inventory_item_id, platform_id) do nothing;

insert into system.config (key, value_encrypted, description)
values
('stockx_api_key', 'demo-only, not a key', 'Key of the StockX interface'),
('awin_publisher_id', 'demo-only, not a number', 'Publisher number at Awin'),
('import_batch_size', '500', 'Rows per import batch');

insert into system.logs (level, component, message, source_table, created_at)
select
    (array['info', 'info', 'info', 'warning', 'error'])[line.number % 5 + 1] as level,
    (array['stockx_sync', 'awin_import', 'pricing'])[line.number % 3 + 1] as component,
    (array['run finished', 'no price', 'request timed out'])[line.number % 3 + 1]
        as message,
    (array['pricing.market_prices', 'integration.price_sources'])[line.number % 2 + 1]
        as source_table,
    recording.observed_at - line.number * interval '17 minutes' as created_at
from generate_series(1, 500) as line (number)
cross join pg_temp.payload_recording as recording;

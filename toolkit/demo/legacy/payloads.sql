-- The payloads in columns, for the files that fill the three systems. Each temporary
-- table payload_* that is read here has one provider answer a row: position, body.
create temporary table payload_catalogue on commit drop as
select distinct on (body ->> 'styleId')
    body ->> 'styleId' as style_id,
    (body ->> 'productId')::uuid as product_id,
    body ->> 'brand' as brand,
    body ->> 'title' as title,
    trim(
        regexp_replace(body ->> 'title', '^' || (body ->> 'brand') || ' ', '')
    ) as model,
    body ->> 'urlKey' as url_key,
    body -> 'productAttributes' ->> 'colorway' as colorway,
    body -> 'productAttributes' ->> 'gender' as gender,
    (body -> 'productAttributes' ->> 'releaseDate')::date as release_date,
    (body -> 'productAttributes' ->> 'retailPrice')::numeric as retail_price,
    row_number() over (order by position) as rank
from pg_temp.payload_stockx_product
where body ->> 'styleId' is not null
order by body ->> 'styleId' asc, body ? 'sizeChart' desc, position asc;

create temporary table payload_price on commit drop as
select
    daily.platform,
    daily.style_id,
    daily.product_id,
    daily.variant_id,
    daily.size,
    daily.day,
    daily.lowest_ask,
    daily.highest_bid,
    daily.last_sale,
    dense_rank() over (
        partition by daily.platform, daily.product_id, daily.size
        order by daily.day desc
    ) as age,
    catalogue.rank as product_rank
from (
    select
        body ->> 'platform' as platform,
        body ->> 'style_id' as style_id,
        body ->> 'product_id' as product_id,
        (body ->> 'variant_id')::uuid as variant_id,
        body ->> 'size' as size,
        (body ->> 'date')::date as day,
        (body ->> 'lowest_ask')::numeric as lowest_ask,
        (body ->> 'highest_bid')::numeric as highest_bid,
        (body ->> 'last_sale')::numeric as last_sale
    from pg_temp.payload_daily
) as daily
left join pg_temp.payload_catalogue as catalogue on daily.style_id = catalogue.style_id;

create temporary table payload_size on commit drop as
select
    (variant.body ->> 'variantId')::uuid as variant_id,
    variant.body ->> 'variantValue' as label,
    regexp_replace(variant.body ->> 'variantValue', '[^0-9.]', '', 'g')::numeric
        as us_size,
    max(chart.label) filter (where chart.scale = 'uk') as uk_label,
    max(chart.label) filter (where chart.scale = 'eu') as eu_label,
    max(chart.label) filter (where chart.scale = 'cm') as cm_label
from pg_temp.payload_stockx_variant as variant
cross join
    lateral (
        select
            conversion ->> 'size' as label,
            conversion ->> 'type' as scale
        from jsonb_array_elements(
            variant.body -> 'sizeChart' -> 'availableConversions'
        ) as conversion
    ) as chart
group by variant.position, variant.body;

analyze pg_temp.payload_catalogue, pg_temp.payload_price, pg_temp.payload_size;

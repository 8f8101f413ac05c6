-- title: Sales before the release date
-- id: HLT114
-- severity: info
-- why: a pair may be sold early, but a year early the date or the product is wrong
-- fix: compare the release date in products.products with what the providers say
with early as (
    select
        sale.source,
        sale.sold_at,
        product.name,
        product.release_date
    from products.products as product
    inner join integration.market_sales as sale on product.id = sale.product_id
    where sale.sold_at < product.release_date - interval '1 year'
    union all
    select
        'own orders' as source,
        sale.sold_at,
        product.name,
        product.release_date
    from products.products as product
    inner join transactions.orders as sale on product.id = sale.product_id
    where
        sale.sold_at < product.release_date - interval '1 year'
        and sale.removed_at is null
)

select
    early.source as subject,
    format(
        '%s sales, for example %s, sold %s, released %s',
        count(*),
        (array_agg(early.name order by early.sold_at))[1],
        min(early.sold_at)::date,
        (array_agg(early.release_date order by early.sold_at))[1]
    ) as detail
from early
group by early.source
order by early.source;

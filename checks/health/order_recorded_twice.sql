-- title: Orders that are recorded twice
-- id: HLT118
-- severity: error
-- why: a sale is counted twice; its key holds for one time of sale only
-- fix: delete the row whose time of sale the platform does not state
select
    platform.slug || ' ' || sale.external_order_id as subject,
    format(
        'sold at %s', string_agg(sale.sold_at::text, ' and ' order by sale.sold_at)
    ) as detail
from transactions.orders as sale
inner join platforms.platforms as platform on sale.platform_id = platform.id
where sale.external_order_id is not null and sale.removed_at is null
group by platform.slug, sale.external_order_id
having count(*) > 1
order by subject;

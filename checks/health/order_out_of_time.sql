-- title: Orders whose dates are in the wrong order
-- id: HLT117
-- severity: warning
-- why: times to ship and to sell that are computed from them are wrong
-- fix: compare with the platform; a date without a time of day is the usual reason
with steps as (
    select
        platform.slug,
        sale.sold_at,
        coalesce(sale.external_order_id, sale.id::text) as name,
        case
            when sale.shipped_at < sale.sold_at then 'shipped before it was sold'
            when sale.delivered_at < sale.shipped_at
                then 'delivered before it was shipped'
            when sale.completed_at < sale.sold_at then 'completed before it was sold'
            when piece.purchased_at > sale.sold_at then 'bought after it was sold'
        end as wrong
    from transactions.orders as sale
    inner join platforms.platforms as platform on sale.platform_id = platform.id
    left join products.inventory as piece on sale.inventory_id = piece.id
    where sale.removed_at is null
)

select
    steps.slug || ': ' || steps.wrong as subject,
    format(
        '%s orders, the latest %s',
        count(*),
        (array_agg(steps.name order by steps.sold_at desc))[1]
    ) as detail
from steps
where steps.wrong is not null
group by steps.slug, steps.wrong
order by subject;

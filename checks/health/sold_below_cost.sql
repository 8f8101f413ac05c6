-- title: Orders and offers below what the piece cost
-- id: HLT116
-- severity: info
-- why: a loss that nobody meant is a wrong price or a wrong cost
-- fix: correct the price of the listing, or the cost of the piece in products.inventory
with losses as (
    select
        'orders' as kind,
        platform.slug,
        coalesce(sale.external_order_id, sale.id::text) as name,
        sale.sold_at as at,
        coalesce(sale.net_proceeds_cents, sale.sale_price_cents) - sale.cost_cents
            as cents
    from transactions.orders as sale
    inner join platforms.platforms as platform on sale.platform_id = platform.id
    where
        coalesce(sale.net_proceeds_cents, sale.sale_price_cents) < sale.cost_cents
        and sale.status not in ('cancelled', 'returned')
        and sale.removed_at is null
    union all
    select
        'listings' as kind,
        platform.slug,
        coalesce(listing.external_listing_id, listing.id::text) as name,
        listing.updated_at as at,
        coalesce(
            listing.expected_profit_cents, listing.price_cents - listing.cost_cents
        ) as cents
    from platforms.listings as listing
    inner join platforms.platforms as platform on listing.platform_id = platform.id
    where
        listing.status = 'active'
        and coalesce(
            listing.expected_profit_cents, listing.price_cents - listing.cost_cents
        ) < 0
)

select
    losses.slug || ' ' || losses.kind as subject,
    format(
        '%s, the latest %s at %s cents',
        count(*),
        (array_agg(losses.name order by losses.at desc))[1],
        (array_agg(losses.cents order by losses.at desc))[1]
    ) as detail
from losses
group by losses.slug, losses.kind
order by subject;

-- title: Pieces of stock that are sold and still offered, or sold twice
-- id: HLT120
-- severity: warning
-- why: the second buyer will get nothing, and the platform takes a penalty
-- fix: take the listing down, or correct which piece an order sold
with wrong as (
    select
        listing.inventory_id,
        'sold, and still listed on ' || string_agg(
            distinct platform.slug, ', ' order by platform.slug
        ) as what
    from platforms.listings as listing
    inner join platforms.platforms as platform on listing.platform_id = platform.id
    inner join products.inventory as piece on listing.inventory_id = piece.id
    where listing.status = 'active' and piece.status = 'sold'
    group by listing.inventory_id
    union all
    select
        sale.inventory_id,
        format('sold in %s orders', count(*)) as what
    from transactions.orders as sale
    inner join products.inventory as piece on sale.inventory_id = piece.id
    where sale.status not in ('cancelled', 'returned') and sale.removed_at is null
    group by sale.inventory_id
    -- The count of a row goes down as its pieces are sold: only one of one can be told.
    having count(*) > 1 and max(piece.quantity) <= 1
)

select
    'inventory ' || wrong.inventory_id as subject,
    string_agg(wrong.what, '; ' order by wrong.what) as detail
from wrong
group by wrong.inventory_id
order by subject
limit 100;

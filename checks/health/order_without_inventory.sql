-- title: Orders that name no piece of stock
-- id: HLT119
-- severity: info
-- why: neither the cost nor the days on the shelf of what was sold can be told
-- fix: "select transactions.backfill_inventory()"; the rest has several pieces that are
-- fix: alike, or none: see "select * from transactions.match_inventory(true)"
select
    platform.slug as subject,
    format(
        '%s of %s orders', count(*) filter (where sale.inventory_id is null), count(*)
    ) as detail
from transactions.orders as sale
inner join platforms.platforms as platform on sale.platform_id = platform.id
where sale.status <> 'cancelled' and sale.removed_at is null
group by platform.slug
having count(*) filter (where sale.inventory_id is null) > 0
order by subject;

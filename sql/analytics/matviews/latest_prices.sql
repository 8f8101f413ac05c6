-- Lowest ask and highest bid per product, size, source and currency, over all channels.
drop materialized view if exists analytics.latest_prices;
create materialized view analytics.latest_prices as
select
    price.product_id,
    price.variant_id,
    price.source,
    price.region,
    price.currency,
    min(price.price_cents) filter (where price.price_type = 'ask') as lowest_ask_cents,
    max(price.price_cents) filter (where price.price_type = 'bid') as highest_bid_cents,
    min(price.price_cents) filter (where price.price_type = 'retail') as retail_cents,
    max(price.observed_at) as observed_at
from integration.price_sources as price
where price.condition = 'new' and price.price_cents is not null
group by
    price.product_id,
    price.variant_id,
    price.source,
    price.region,
    price.currency
with no data;

-- "refresh ... concurrently" needs this, and one plain refresh before it.
create unique index latest_prices_key
on analytics.latest_prices (product_id, variant_id, source, region, currency)
nulls not distinct;
comment on materialized view analytics.latest_prices is
'Best new-condition prices per product, size, source, region and currency, in cents.';

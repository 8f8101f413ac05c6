-- Bought at a shop's retail price, sold to the highest bid of a market, in one
-- currency: what is asked in another is left out rather than guessed. Sizes are matched
-- on the standard scale, since a shop's EU 42.5 and a market's US 9 are one size.
drop materialized view if exists analytics.profit_opportunities;
create materialized view analytics.profit_opportunities as
with sized as (
    select
        price.product_id,
        price.source,
        price.price_type,
        price.currency,
        price.price_cents,
        size.standardized_value as eu_size
    from integration.price_sources as price
    inner join products.variants as variant
        on price.product_id = variant.product_id and price.variant_id = variant.id
    inner join products.sizes as size on variant.size_id = size.id
    where
        price.price_cents is not null
        and price.condition = 'new'
        and price.price_type in ('retail', 'bid')
        and size.standardized_value is not null
),

offer as (
    select
        sized.product_id,
        sized.eu_size,
        sized.source,
        sized.currency,
        min(sized.price_cents) as cents
    from sized
    where sized.price_type = 'retail'
    group by sized.product_id, sized.eu_size, sized.source, sized.currency
),

demand as (
    select
        sized.product_id,
        sized.eu_size,
        sized.source,
        sized.currency,
        max(sized.price_cents) as cents
    from sized
    where sized.price_type = 'bid'
    group by sized.product_id, sized.eu_size, sized.source, sized.currency
)

select
    offer.product_id,
    offer.eu_size,
    offer.source as buy_from,
    demand.source as sell_to,
    offer.currency,
    offer.cents as buy_cents,
    demand.cents as sell_cents,
    demand.cents - offer.cents as profit_cents
from offer
inner join demand
    on
        offer.product_id = demand.product_id
        and offer.eu_size = demand.eu_size
        and offer.currency = demand.currency
where demand.cents > offer.cents
with no data;

create unique index profit_opportunities_key
on analytics.profit_opportunities (product_id, eu_size, buy_from, sell_to, currency);
create index profit_opportunities_profit_cents_idx
on analytics.profit_opportunities (profit_cents desc);
comment on materialized view analytics.profit_opportunities is
'Retail prices below the highest bid for the same product, European size and currency.
Amounts in cents, before fees.';

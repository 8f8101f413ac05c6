-- title: Bids above the lowest ask
-- id: HLT113
-- severity: info
-- why: nobody bids more than it can be had for; one of the two is old, or another size
-- fix: fetch the products again with "mdt sync enqueue"; see "api.size_run" for one
with pairs as (
    select
        bid.source,
        bid.currency,
        bid.price_cents as bid_cents,
        ask.price_cents as ask_cents,
        product.name
    from integration.price_sources as bid
    inner join integration.price_sources as ask
        on
            bid.product_id = ask.product_id
            and bid.variant_id = ask.variant_id
            and bid.source = ask.source
            and bid.condition = ask.condition
            and bid.region = ask.region
            and bid.channel = ask.channel
            and bid.currency = ask.currency
    inner join products.products as product on bid.product_id = product.id
    where
        bid.price_type = 'bid'
        and ask.price_type = 'ask'
        and bid.price_cents > ask.price_cents
)

select
    pairs.source as subject,
    format(
        '%s sizes, the widest: %s, bid %s cents, ask %s cents',
        count(*),
        (array_agg(pairs.name order by pairs.bid_cents - pairs.ask_cents desc))[1],
        (array_agg(pairs.bid_cents order by pairs.bid_cents - pairs.ask_cents desc))[1],
        (array_agg(pairs.ask_cents order by pairs.bid_cents - pairs.ask_cents desc))[1]
    ) as detail
from pairs
group by pairs.source
order by pairs.source;

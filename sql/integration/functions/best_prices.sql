create or replace function integration.best_prices(
    p_product_id uuid,
    p_condition text default 'new'
)
returns table (
    variant_id uuid,
    source text,
    currency text,
    lowest_ask_cents bigint,
    highest_bid_cents bigint,
    retail_cents bigint,
    observed_at timestamptz
)
language sql stable rows 100
set search_path = pg_catalog, pg_temp
as $function$
    select
        price.variant_id,
        price.source,
        price.currency,
        min(price.price_cents) filter (where price.price_type = 'ask'),
        max(price.price_cents) filter (where price.price_type = 'bid'),
        min(price.price_cents) filter (where price.price_type = 'retail'),
        max(price.observed_at)
    from integration.price_sources as price
    where
        price.product_id = p_product_id
        and price.condition = p_condition
        and price.price_cents is not null
        and price.price_type in ('ask', 'bid', 'retail')
    group by price.variant_id, price.source, price.currency;
$function$;

comment on function integration.best_prices(uuid, text) is
'Return the best present prices of a product, over all channels and regions: a row per
size (variant_id null: of the whole product), source and currency. Amounts in cents.
p_condition: new, used or new_with_defects.';

-- For callers that have one price.
create or replace function integration.record_price(
    p_product_id uuid,
    p_variant_id uuid,
    p_source text,
    p_price_type text,
    p_price_cents bigint,
    p_currency text,
    p_observed_at timestamptz default now(),
    p_condition text default 'new',
    p_region text default 'global',
    p_channel text default 'standard',
    p_stock_quantity integer default null
)
returns integer
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    select integration.record_prices(
        array[
            row(
                p_product_id, p_variant_id, p_source, p_price_type, p_condition,
                p_region, p_channel, p_currency, p_price_cents, p_stock_quantity,
                p_observed_at, 'record_price', null, null
            )::integration.price_observation
        ]
    );
$function$;

comment on function integration.record_price(
    uuid, uuid, text, text, bigint, text, timestamptz, text, text, text, integer
) is
'Write one observed price; return 1 when it is news, else 0. p_variant_id: null for a
price of the whole product. p_price_cents: null when there is no price any more.';

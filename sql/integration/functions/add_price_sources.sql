-- A new source says nothing until record_prices() has written its first price. Sorted,
-- so that two calls with the same new sources wait for each other in one direction.
create or replace function integration.add_price_sources(
    p_observations integration.price_observation[]
)
returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    insert into integration.price_sources (
        product_id, variant_id, source, price_type, condition, region, channel,
        currency, observed_at, origin
    )
    select distinct
        seen.product_id,
        seen.variant_id,
        seen.source,
        seen.price_type,
        seen.condition,
        seen.region,
        seen.channel,
        seen.currency,
        '-infinity'::timestamptz,
        'new'
    from unnest(p_observations) as seen
    order by 1, 2, 3, 4, 5, 6, 7, 8
    on conflict on constraint price_sources_natural_key do nothing;
$function$;

comment on function integration.add_price_sources(integration.price_observation[]) is
'Add a row to price_sources for each natural key that has none. Part of
integration.record_prices().';

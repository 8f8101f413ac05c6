-- Two branches, so that each can follow the index of the natural key to its last
-- column.
create or replace function integration.identify_prices(
    p_observations integration.price_observation[]
)
returns setof integration.price_sight
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with seen as (
        select
            observation,
            row_number() over ()::integer as place
        from unnest(p_observations) as observation
    )

    select
        price.product_id,
        price.id,
        (seen.observation).observed_at,
        (seen.observation).price_cents,
        (seen.observation).stock_quantity,
        (seen.observation).origin,
        seen.place
    from seen
    inner join integration.price_sources as price
        on
            (seen.observation).product_id = price.product_id
            and (seen.observation).variant_id = price.variant_id
            and (seen.observation).source = price.source
            and (seen.observation).price_type = price.price_type
            and (seen.observation).condition = price.condition
            and (seen.observation).region = price.region
            and (seen.observation).channel = price.channel
            and (seen.observation).currency::bpchar = price.currency
    union all
    select
        price.product_id,
        price.id,
        (seen.observation).observed_at,
        (seen.observation).price_cents,
        (seen.observation).stock_quantity,
        (seen.observation).origin,
        seen.place
    from seen
    inner join integration.price_sources as price
        on
            (seen.observation).product_id = price.product_id
            and (seen.observation).source = price.source
            and (seen.observation).price_type = price.price_type
            and (seen.observation).condition = price.condition
            and (seen.observation).region = price.region
            and (seen.observation).channel = price.channel
            and (seen.observation).currency::bpchar = price.currency
    where (seen.observation).variant_id is null and price.variant_id is null;
$function$;

comment on function integration.identify_prices(integration.price_observation[]) is
'Return the sight of each observation whose price source is known; precedence is its
place in the array. Part of integration.record_prices().';

-- What its source no longer shows had a price until then; that it has none is recorded
-- as any other observation, and gives way to a newer one.
create or replace function integration.withdraw_prices(
    p_observations integration.price_observation[],
    p_at timestamptz default clock_timestamp()
)
returns integer
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    select integration.record_prices(
        array(
            select
                row(
                    seen.product_id, seen.variant_id, seen.source, seen.price_type,
                    seen.condition, seen.region, seen.channel, seen.currency, null,
                    null, greatest(p_at, seen.observed_at), seen.origin, seen.path, null
                )::integration.price_observation
            from unnest(p_observations) as seen
        )
    );
$function$;

comment on function integration.withdraw_prices(
    integration.price_observation[], timestamptz
) is
'Record that prices are gone; return how many of them had not been.
p_observations: the prices as last seen. p_at: since when they are gone.';

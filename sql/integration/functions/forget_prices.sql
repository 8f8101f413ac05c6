-- For a source that says again what it had withdrawn: the current price is then the
-- last one from before that moment, until record_prices() adds what is said now.
create or replace function integration.forget_prices(
    p_observations integration.price_observation[]
)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_since constant integration.price_sight[] := array(
        select distinct on (seen.product_id, seen.price_source_id) seen
        from integration.identify_prices(p_observations) as seen
        order by seen.product_id asc, seen.price_source_id asc, seen.seen_at asc
    );
begin
    delete from integration.price_history as history
    using unnest(v_since) as since
    where
        history.product_id = since.product_id
        and history.price_source_id = since.price_source_id
        and history.valid_from >= since.seen_at;

    update integration.price_sources as price
    set
        price_cents = last_span.price_cents,
        stock_quantity = null,
        observed_at = coalesce(last_span.valid_from, '-infinity'),
        changed_at = last_span.valid_from,
        origin = since.origin
    from unnest(v_since) as since
    left join lateral (
        select
            history.valid_from,
            history.price_cents
        from integration.price_history as history
        where
            history.product_id = since.product_id
            and history.price_source_id = since.price_source_id
        order by history.valid_from desc
        limit 1
    ) as last_span on true
    where price.product_id = since.product_id and price.id = since.price_source_id;

    update integration.price_history as history
    set last_seen_at = null
    from unnest(v_since) as since
    inner join integration.price_sources as price
        on since.product_id = price.product_id and since.price_source_id = price.id
    where
        history.product_id = price.product_id
        and history.price_source_id = price.id
        and history.valid_from = price.changed_at;
end;
$function$;

comment on function integration.forget_prices(integration.price_observation[]) is
'Take back all that is known of prices from the time of these observations on.
p_observations: of several of one price the earliest counts.';

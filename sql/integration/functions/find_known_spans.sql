-- The current stretch stands in price_sources. The history is read for late sights
-- only, from the stretch before the earliest of them on: looking into all of its
-- partitions for each answer would cost more the older it gets.
create or replace function integration.find_known_spans(
    p_sights integration.price_sight[]
)
returns setof integration.price_span
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_late integration.price_sight[];
begin
    return query
    select
        price.product_id,
        price.id,
        price.changed_at,
        price.observed_at,
        price.price_cents,
        price.stock_quantity,
        price.origin,
        true
    from (
        select distinct
            sight.product_id,
            sight.price_source_id
        from unnest(p_sights) as sight
    ) as touched
    inner join integration.price_sources as price
        on touched.product_id = price.product_id and touched.price_source_id = price.id
    where price.changed_at is not null;

    v_late := array(
        select sight
        from unnest(p_sights) as sight
        inner join integration.price_sources as price
            on sight.product_id = price.product_id and sight.price_source_id = price.id
        where
            sight.seen_at < price.changed_at
            or (
                sight.seen_at = price.changed_at
                and sight.price_cents is distinct from price.price_cents
            )
    );
    if v_late <> '{}' then
        return query
        select past.*
        from integration.find_past_spans(v_late) as past;
    end if;
end;
$function$;

comment on function integration.find_known_spans(integration.price_sight[]) is
'Return the known stretches of equal prices that new sights may change. Part of
integration.record_prices().';

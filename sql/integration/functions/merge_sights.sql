create or replace function integration.merge_sights(
    p_sights integration.price_sight[]
)
returns setof integration.price_span
language sql immutable
set search_path = pg_catalog, pg_temp
as $function$
    with sight as (
        select distinct on (given.product_id, given.price_source_id, given.seen_at)
            given.*
        from unnest(p_sights) as given
        order by
            given.product_id asc, given.price_source_id asc, given.seen_at asc,
            given.precedence desc
    ),

    change as (
        select
            sight.*,
            (
                row_number() over series = 1
                or sight.price_cents
                is distinct from lag(sight.price_cents) over series
            )::integer as is_change
        from sight
        window series as (
            partition by sight.product_id, sight.price_source_id
            order by sight.seen_at asc
        )
    ),

    stretch as (
        select
            change.*,
            sum(change.is_change) over (
                partition by change.product_id, change.price_source_id
                order by change.seen_at asc
            ) as place,
            sum(change.is_change) over (
                partition by change.product_id, change.price_source_id
            ) as last_place
        from change
    )

    select
        stretch.product_id,
        stretch.price_source_id,
        min(stretch.seen_at),
        max(stretch.seen_at),
        stretch.price_cents,
        (array_agg(stretch.stock_quantity order by stretch.seen_at desc))[1],
        (array_agg(stretch.origin order by stretch.seen_at desc))[1],
        stretch.place = stretch.last_place
    from stretch
    group by
        stretch.product_id, stretch.price_source_id, stretch.place,
        stretch.last_place, stretch.price_cents;
$function$;

comment on function integration.merge_sights(integration.price_sight[]) is
'Return the stretches of equal prices that sights make, with the stock and origin of the
last sight of each; the last stretch is the current one. Part of
integration.record_prices().';

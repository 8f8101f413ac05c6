-- A price is drawn from its first to its last sight, so a change gives two points. What
-- held when the days began belongs to the chart: either it is the current price still,
-- or the last one from before, which is looked up, so that a long history is not read:
-- in the two months before the chart, and only where nothing is there in all others. In
-- PL/pgSQL, whose variables the planner knows: it leaves the other partitions alone,
-- where planning for all of them takes longer than the query.
create or replace function api.price_chart(
    p_product_id uuid,
    p_days integer default 30,
    p_price_type text default 'ask',
    p_variant_id uuid default null,
    p_now timestamptz default now()
)
returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_first_at constant timestamptz := p_now - p_days * interval '1 day';
    v_before constant timestamptz := v_first_at - interval '2 months';
    v_chart jsonb;
begin
    with price as (
        select current_price.*
        from integration.price_sources as current_price
        where
            current_price.product_id = p_product_id
            and current_price.price_type = p_price_type
            and current_price.condition = 'new'
            and (p_variant_id is null or current_price.variant_id = p_variant_id)
    ),

    span as materialized (
        select
            history.price_source_id,
            history.valid_from,
            history.last_seen_at,
            history.price_cents
        from integration.price_history as history
        where
            history.product_id = p_product_id
            and history.valid_from > v_first_at
            and history.valid_from <= p_now
        union all
        select
            price.id,
            price.changed_at,
            null,
            price.price_cents
        from price
        where price.changed_at <= v_first_at
        union all
        select
            last_before.price_source_id,
            last_before.valid_from,
            last_before.last_seen_at,
            last_before.price_cents
        from price
        cross join lateral (
            (
                select history.*
                from integration.price_history as history
                where
                    history.product_id = price.product_id
                    and history.price_source_id = price.id
                    and history.valid_from <= v_first_at
                    and history.valid_from > v_before
                order by history.valid_from desc
                limit 1
            )
            union all
            (
                select history.*
                from integration.price_history as history
                where
                    history.product_id = price.product_id
                    and history.price_source_id = price.id
                    and history.valid_from <= v_before
                order by history.valid_from desc
                limit 1
            )
            limit 1
        ) as last_before
        where price.changed_at > v_first_at
    )

    select
        coalesce(
            jsonb_agg(
                jsonb_build_object(
                    'source', price.source,
                    'currency', price.currency,
                    'region', price.region,
                    'channel', price.channel,
                    'variant_id', price.variant_id,
                    'from', span.valid_from,
                    'to', least(coalesce(span.last_seen_at, price.observed_at), p_now),
                    'price_cents', span.price_cents
                )
                order by
                    price.source asc, price.currency asc, price.region asc,
                    price.variant_id asc, price.channel asc, span.valid_from asc
            ),
            '[]'
        )
    into strict v_chart
    from price
    inner join span on price.id = span.price_source_id
    where coalesce(span.last_seen_at, price.observed_at) > v_first_at;
    return v_chart;
end;
$function$;

comment on function api.price_chart(uuid, integer, text, uuid, timestamptz) is
'Return the new-condition prices of a product that held at any time in the last days.
JSON array of source, currency, region, channel, variant_id, from, to and price_cents
(null: there was none). from may lie before the first day. p_price_type: as in
price_sources. p_variant_id: one size, null for all. p_now: end; what was seen later is
left out.';

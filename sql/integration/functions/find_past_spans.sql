-- In PL/pgSQL, which keeps its plan: planning over years of partitions takes longer
-- than reading the two or three that matter.
create or replace function integration.find_past_spans(
    p_sights integration.price_sight[]
)
returns setof integration.price_span
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
begin
    return query
    select
        history.product_id,
        history.price_source_id,
        history.valid_from,
        history.last_seen_at,
        history.price_cents,
        null::integer,
        null::text,
        false
    from (
        select
            sight.product_id,
            sight.price_source_id,
            min(sight.seen_at) as seen_at
        from unnest(p_sights) as sight
        group by sight.product_id, sight.price_source_id
    ) as late
    inner join integration.price_sources as price
        on late.product_id = price.product_id and late.price_source_id = price.id
    cross join lateral (
        select coalesce(max(earlier.valid_from), '-infinity') as valid_from
        from integration.price_history as earlier
        where
            earlier.product_id = late.product_id
            and earlier.price_source_id = late.price_source_id
            and earlier.valid_from < late.seen_at
    ) as first_span
    inner join integration.price_history as history
        on
            price.product_id = history.product_id
            and price.id = history.price_source_id
            and price.changed_at > history.valid_from
            and first_span.valid_from <= history.valid_from;
end;
$function$;

comment on function integration.find_past_spans(integration.price_sight[]) is
'Return the stretches of the history from the one before the earliest sight on, the
current one left out. Part of integration.record_prices().';

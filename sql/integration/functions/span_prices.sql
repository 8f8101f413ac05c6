-- Each known stretch gives two sights, its first and its last; the new ones are added,
-- and equal neighbours are joined. What was seen between is forgotten, so that a late
-- sight of another price splits a stretch at its known ends.
create or replace function integration.span_prices(
    p_sights integration.price_sight[],
    out gone integration.price_span[],
    out written integration.price_span[],
    out news integer
)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with known as materialized (
        select stretch
        from integration.find_known_spans(p_sights) as stretch
    ),

    merged as materialized (
        select stretch
        from integration.merge_sights(
            p_sights || array(
                select
                    row(
                        (known.stretch).product_id, (known.stretch).price_source_id,
                        edge.seen_at, (known.stretch).price_cents,
                        (known.stretch).stock_quantity, (known.stretch).origin, 0
                    )::integration.price_sight
                from known
                cross join lateral (
                    values ((known.stretch).valid_from), ((known.stretch).last_seen_at)
                ) as edge (seen_at)
            )
        ) as stretch
    ),

    paired as (
        select
            known.stretch as before,
            merged.stretch as after
        from known
        full outer join merged
            on
                (known.stretch).product_id = (merged.stretch).product_id
                and (known.stretch).price_source_id = (merged.stretch).price_source_id
                and (known.stretch).valid_from = (merged.stretch).valid_from
    ),

    changed as (
        select
            paired.before,
            paired.after,
            (paired.before).valid_from is null
            or (paired.before).price_cents is distinct from (paired.after).price_cents
            as is_other_price
        from paired
        where
            (
                (paired.before).price_cents, (paired.before).last_seen_at,
                (paired.before).is_current
            ) is distinct from (
                (paired.after).price_cents, (paired.after).last_seen_at,
                (paired.after).is_current
            )
            or (
                (paired.after).is_current
                and (paired.before).stock_quantity
                is distinct from (paired.after).stock_quantity
            )
    )

    select
        array_agg(changed.before) filter (where (changed.after).valid_from is null),
        array_agg(changed.after) filter (where (changed.after).valid_from is not null),
        count(sight.seen_at) filter (where changed.is_other_price)::integer
    from changed
    left join (
        select distinct
            given.price_source_id,
            given.seen_at
        from unnest(p_sights) as given
    ) as sight
        on
            (changed.after).price_source_id = sight.price_source_id
            and (changed.after).valid_from = sight.seen_at;
$function$;

comment on function integration.span_prices(integration.price_sight[]) is
'Return what new sights change in the stretches of equal prices. gone: stretches that
are no more; written: those that are new, longer, shorter or no longer current. Either
is null when empty. news: how many of the sights begin a stretch that was not known.
Part of integration.record_prices().';

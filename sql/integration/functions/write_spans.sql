-- A current stretch that only goes on is in the history already, without an end.
create or replace function integration.write_spans(
    p_gone integration.price_span[],
    p_written integration.price_span[]
)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    if p_gone is not null then
        delete from integration.price_history as history
        using unnest(p_gone) as span
        where
            history.product_id = span.product_id
            and history.price_source_id = span.price_source_id
            and history.valid_from = span.valid_from;
    end if;
    if p_written is null then
        return;
    end if;

    insert into integration.price_history as history (
        product_id, price_source_id, valid_from, last_seen_at, price_cents, currency
    )
    select
        span.product_id,
        span.price_source_id,
        span.valid_from,
        case when not span.is_current then span.last_seen_at end,
        span.price_cents,
        price.currency
    from unnest(p_written) as span
    inner join integration.price_sources as price
        on span.product_id = price.product_id and span.price_source_id = price.id
    where
        not span.is_current
        or (price.changed_at, price.price_cents)
        is distinct from (span.valid_from, span.price_cents)
    on conflict (product_id, price_source_id, valid_from) do update set
        last_seen_at = excluded.last_seen_at,
        price_cents = excluded.price_cents;

    update integration.price_sources as price
    set
        price_cents = span.price_cents,
        stock_quantity = span.stock_quantity,
        observed_at = span.last_seen_at,
        changed_at = span.valid_from,
        origin = span.origin,
        updated_at = case
            when price.price_cents is distinct from span.price_cents then now()
            else price.updated_at
        end
    from unnest(p_written) as span
    where
        span.is_current
        and price.product_id = span.product_id
        and price.id = span.price_source_id;
end;
$function$;

comment on function integration.write_spans(
    integration.price_span[], integration.price_span[]
) is
'Write stretches of equal prices to price_history, and the current ones to
price_sources. p_gone: to be removed first. Either may be null. Part of
integration.record_prices().';

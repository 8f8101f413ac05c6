-- What was stated later stays; of two entries of one array the later in it counts.
create or replace function transactions.record_orders(
    p_entries transactions.order_entry[],
    p_on_tie text default 'replace'
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_changed integer;
begin
    if p_on_tie not in ('replace', 'keep') then
        raise exception 'p_on_tie is "%", neither replace nor keep', p_on_tie
            using errcode = '22023';
    end if;
    insert into transactions.orders as known (
        id, product_id, variant_id, platform_id, listing_id, external_order_id,
        order_number, status, shipping_status, currency, sale_price_cents,
        gross_sale_cents, buyer_premium_cents, seller_fee_cents, processing_fee_cents,
        platform_fee_cents, shipping_cents, net_proceeds_cents, cost_cents,
        gross_profit_cents, net_profit_cents, is_paid_out, paid_out_at,
        tracking_number, destination_country, destination_country_code,
        destination_city, sold_at, shipped_at, completed_at, notes, created_at,
        observed_at, origin
    )
    select distinct on (entry.product_id, entry.id, entry.sold_at)
        entry.id,
        entry.product_id,
        entry.variant_id,
        entry.platform_id,
        entry.listing_id,
        entry.external_order_id,
        entry.order_number,
        entry.status,
        entry.shipping_status,
        entry.currency,
        entry.sale_price_cents,
        entry.gross_sale_cents,
        entry.buyer_premium_cents,
        entry.seller_fee_cents,
        entry.processing_fee_cents,
        entry.platform_fee_cents,
        entry.shipping_cents,
        entry.net_proceeds_cents,
        entry.cost_cents,
        entry.gross_profit_cents,
        entry.net_profit_cents,
        entry.is_paid_out,
        entry.paid_out_at,
        entry.tracking_number,
        entry.destination_country,
        entry.destination_country_code,
        entry.destination_city,
        entry.sold_at,
        entry.shipped_at,
        entry.completed_at,
        entry.notes,
        coalesce(entry.created_at, now()),
        entry.observed_at,
        entry.origin
    from unnest(p_entries) with ordinality as entry
    order by
        entry.product_id asc,
        entry.id asc,
        entry.sold_at asc,
        entry.observed_at desc,
        case p_on_tie when 'keep' then entry.ordinality else - entry.ordinality end asc
    on conflict (product_id, id, sold_at) do update set
        (
            variant_id, platform_id, listing_id, external_order_id, order_number,
            status, shipping_status, currency, sale_price_cents, gross_sale_cents,
            buyer_premium_cents, seller_fee_cents, processing_fee_cents,
            platform_fee_cents, shipping_cents, net_proceeds_cents, cost_cents,
            gross_profit_cents, net_profit_cents, is_paid_out, paid_out_at,
            tracking_number, destination_country, destination_country_code,
            destination_city, shipped_at, completed_at, notes, removed_at,
            observed_at, origin
        ) = (
            excluded.variant_id, excluded.platform_id, excluded.listing_id,
            excluded.external_order_id, excluded.order_number, excluded.status,
            excluded.shipping_status, excluded.currency, excluded.sale_price_cents,
            excluded.gross_sale_cents, excluded.buyer_premium_cents,
            excluded.seller_fee_cents, excluded.processing_fee_cents,
            excluded.platform_fee_cents, excluded.shipping_cents,
            excluded.net_proceeds_cents, excluded.cost_cents,
            excluded.gross_profit_cents, excluded.net_profit_cents,
            excluded.is_paid_out, excluded.paid_out_at, excluded.tracking_number,
            excluded.destination_country, excluded.destination_country_code,
            excluded.destination_city, excluded.shipped_at, excluded.completed_at,
            excluded.notes, excluded.removed_at, excluded.observed_at, excluded.origin
        )
    where
        known.observed_at < excluded.observed_at
        or (
            known.observed_at = excluded.observed_at
            and p_on_tie = 'replace'
            and (
                known.variant_id, known.platform_id, known.listing_id,
                known.external_order_id, known.order_number, known.status,
                known.shipping_status, known.currency, known.sale_price_cents,
                known.gross_sale_cents, known.buyer_premium_cents,
                known.seller_fee_cents, known.processing_fee_cents,
                known.platform_fee_cents, known.shipping_cents,
                known.net_proceeds_cents, known.cost_cents, known.gross_profit_cents,
                known.net_profit_cents, known.is_paid_out, known.paid_out_at,
                known.tracking_number, known.destination_country,
                known.destination_country_code, known.destination_city,
                known.shipped_at, known.completed_at, known.notes, known.removed_at,
                known.origin
            ) is distinct from (
                excluded.variant_id, excluded.platform_id, excluded.listing_id,
                excluded.external_order_id, excluded.order_number, excluded.status,
                excluded.shipping_status, excluded.currency,
                excluded.sale_price_cents, excluded.gross_sale_cents,
                excluded.buyer_premium_cents, excluded.seller_fee_cents,
                excluded.processing_fee_cents, excluded.platform_fee_cents,
                excluded.shipping_cents, excluded.net_proceeds_cents,
                excluded.cost_cents, excluded.gross_profit_cents,
                excluded.net_profit_cents, excluded.is_paid_out, excluded.paid_out_at,
                excluded.tracking_number, excluded.destination_country,
                excluded.destination_country_code, excluded.destination_city,
                excluded.shipped_at, excluded.completed_at, excluded.notes,
                excluded.removed_at, excluded.origin
            )
        );
    get diagnostics v_changed = row_count;
    return v_changed;
end;
$function$;

comment on function transactions.record_orders(transactions.order_entry[], text) is
'Write orders under the keys they come with; return how many are new or changed. Which
piece of stock was sold is left as it is: see transactions.backfill_inventory().
p_on_tie: replace or keep what was stated at the very same time. Errors: 22023 for
another p_on_tie; class 23 for entries that break the rules of the table.';

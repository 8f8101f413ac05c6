-- SoleFlip's orders, in euros; product and size are those of the listing. Which piece
-- was sold is found afterwards, by transactions.backfill_inventory(). Needs the move
-- soleflip_listings.
create or replace function strangler.map_soleflip_orders(
    p_row legacy_transactions.orders
)
returns setof transactions.order_entry
language sql stable
as $function$
    select
        p_row.id,
        listing.product_id,
        listing.variant_id,
        platform.id,
        listing.id,
        coalesce(
            nullif(btrim(p_row.stockx_order_number), ''),
            nullif(btrim(p_row.external_id), '')
        ),
        case
            when btrim(p_row.stockx_order_number) <> ''
                then nullif(btrim(p_row.external_id), '')
        end,
        coalesce(p_row.order_status::text, 'pending'),
        p_row.shipping_status::text,
        'EUR',
        (p_row.sale_price * 100)::bigint,
        nullif((p_row.gross_sale * 100)::bigint, 0),
        (p_row.buyer_premium * 100)::bigint,
        (p_row.seller_fee * 100)::bigint,
        (p_row.processing_fee * 100)::bigint,
        (p_row.platform_fee * 100)::bigint,
        (p_row.shipping_cost * 100)::bigint,
        (p_row.net_proceeds * 100)::bigint,
        (p_row.original_buy_price * 100)::bigint,
        (p_row.gross_profit * 100)::bigint,
        (p_row.net_profit * 100)::bigint,
        coalesce(p_row.payout_received, false),
        p_row.payout_date,
        p_row.tracking_number::text,
        p_row.buyer_destination_country::text,
        substring(upper(btrim(p_row.buyer_destination_country)) from '^[A-Z]{2}$'),
        p_row.buyer_destination_city::text,
        p_row.sold_at,
        p_row.shipped_at,
        p_row.completed_at,
        p_row.notes,
        p_row.created_at,
        p_row.updated_at,
        'move:soleflip_orders',
        case
            when listing.id is null
                then 'its listing is not known; finish move soleflip_listings first'
            when platform.id is null
                then format('platform "%s" is not known', own_platform.slug)
            when 0 > least(
                p_row.buyer_premium, p_row.seller_fee, p_row.processing_fee,
                p_row.platform_fee, p_row.shipping_cost, p_row.original_buy_price
            )
                then 'one of its fees or its cost is negative'
        end
    from (values (1)) as one (row_number)
    left join platforms.listings as listing on listing.id = p_row.listing_id
    left join legacy_core.platforms as own_platform
        on own_platform.id = p_row.platform_id
    left join platforms.platforms as platform on own_platform.slug = platform.slug;
$function$;

comment on function strangler.map_soleflip_orders(legacy_transactions.orders) is
'Return the order of a row of SoleFlip''s orders.';

select strangler.register_move(
    'soleflip_orders',
    'soleflip',
    'Orders of SoleFlip become orders of any platform under the same keys',
    'legacy_transactions.orders',
    'transactions.orders',
    array['product_id', 'id', 'sold_at'],
    array[
        'external_order_id', 'status', 'currency', 'sale_price_cents',
        'seller_fee_cents', 'processing_fee_cents', 'platform_fee_cents',
        'shipping_cents', 'net_proceeds_cents', 'cost_cents', 'net_profit_cents',
        'is_paid_out', 'shipped_at', 'completed_at', 'notes'
    ],
    'strangler.map_soleflip_orders',
    'transactions.record_orders',
    'transactions.withdraw_orders',
    p_source_group => array['id', 'listing_id', 'sold_at'],
    p_forget_function => 'transactions.forget_orders'
);

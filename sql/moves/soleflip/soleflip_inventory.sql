-- SoleFlip's stock: in euros, without an owner; detailed_status, where it is filled, is
-- the later of two designs. Needs the moves of products and variants.
create or replace function strangler.map_soleflip_inventory(
    p_row legacy_products.inventory
)
returns setof products.inventory_entry
language sql stable
as $function$
    select
        p_row.id,
        found.product_id,
        found.variant_id,
        found.size_label,
        p_row.quantity,
        state.status,
        p_row.location::text,
        supplier.id,
        p_row.supplier::text,
        p_row.purchase_date,
        p_row.delivery_date,
        'EUR',
        money.net_cents,
        case
            when p_row.gross_purchase_price is not null
                then (p_row.gross_purchase_price * 100)::bigint - money.net_cents
            else (p_row.vat_amount * 100)::bigint
        end,
        p_row.vat_rate,
        p_row.notes,
        coalesce(p_row.external_ids, '{}'),
        p_row.created_at,
        p_row.updated_at,
        'move:soleflip_inventory',
        case
            when found.product_id is null then 'its product is not known'
            when state.status is null then format('status "%s" is not known', p_row.status)
            when money.net_cents is null and p_row.vat_amount is not null
                then 'it has VAT and no price'
            when money.net_cents < 0 or p_row.gross_purchase_price < p_row.purchase_price
                then 'its price is negative, or less with VAT than without'
            when p_row.vat_amount <> p_row.gross_purchase_price - p_row.purchase_price
                then 'its price, its VAT and their sum do not add up'
        end
    from (values (1)) as one (row_number)
    left join lateral (
        select
            link.product_id,
            variant.id as variant_id,
            own_size.value::text as size_label
        from integration.product_links as link
        inner join products.products as product on link.product_id = product.id
        left join legacy_products.sizes as own_size on own_size.id = p_row.size_id
        left join lateral products.parse_size(
            nullif(btrim(own_size.value), ''), product.gender, own_size.region::text
        ) as size on true
        left join (
            products.variants as variant
            inner join products.sizes as known_size on variant.size_id = known_size.id
        )
            on
                product.id = variant.product_id
                and size.region = known_size.region
                and size.gender = known_size.gender
                and size.label = known_size.label
        where
            link.provider = 'soleflip'
            and link.provider_product_id = p_row.product_id::text
            and link.provider_variant_id = ''
    ) as found on true
    left join core.suppliers as supplier on supplier.id = p_row.supplier_id
    cross join lateral (
        select
            case coalesce(p_row.detailed_status::text, p_row.status)
                when 'available' then 'in_stock'
                when 'sale_completed' then 'sold'
                when 'in_stock' then 'in_stock'
                when 'listed' then 'listed'
                when 'sold' then 'sold'
                when 'incoming' then 'incoming'
                when 'consigned' then 'consigned'
                when 'need_shipping' then 'need_shipping'
                when 'packed' then 'packed'
                when 'outgoing' then 'outgoing'
                when 'cancelled' then 'cancelled'
            end as status
    ) as state
    cross join lateral (
        select (p_row.purchase_price * 100)::bigint as net_cents
    ) as money;
$function$;

comment on function strangler.map_soleflip_inventory(legacy_products.inventory) is
'Return the piece of stock of a row of SoleFlip''s inventory.';

select strangler.register_move(
    'soleflip_inventory',
    'soleflip',
    'Stock of SoleFlip becomes pieces of stock under the same keys',
    'legacy_products.inventory',
    'products.inventory',
    array['id'],
    array[
        'product_id', 'quantity', 'status', 'purchased_at', 'currency',
        'purchase_net_cents', 'purchase_vat_cents', 'location', 'bought_from', 'notes'
    ],
    'strangler.map_soleflip_inventory',
    'products.record_inventory',
    'products.withdraw_inventory',
    p_forget_function => 'products.forget_inventory'
);

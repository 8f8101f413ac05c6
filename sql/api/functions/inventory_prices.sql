create or replace function api.inventory_prices(p_user_id uuid)
returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with stock as (
        select
            item.id,
            item.product_id,
            item.variant_id,
            item.size_label,
            item.condition,
            item.status,
            item.quantity,
            item.reserved_quantity,
            item.currency,
            item.purchase_total_cents,
            item.custom_value_cents
        from products.inventory as item
        where
            item.owner_id = p_user_id
            and item.quantity > 0
            and item.status not in ('sold', 'archived', 'cancelled', 'removed')
    ),

    -- Once a product and condition, however many sizes of it there are.
    price as materialized (
        select asked.product_id, asked.condition, best.*
        from (
            select distinct stock.product_id, stock.condition from stock
        ) as asked
        cross join lateral integration.best_prices(
            asked.product_id, asked.condition
        ) as best
    )

    select
        coalesce(
            jsonb_agg(
                jsonb_build_object(
                    'id', stock.id,
                    'product', jsonb_build_object(
                        'id', product.id,
                        'slug', product.slug,
                        'style_code', product.style_code,
                        'name', product.name
                    ),
                    'size_label', coalesce(size.label, stock.size_label),
                    'size_region', size.region,
                    'eu_size', size.standardized_value,
                    'condition', stock.condition,
                    'status', stock.status,
                    'quantity', stock.quantity,
                    'reserved_quantity', stock.reserved_quantity,
                    'currency', stock.currency,
                    'purchase_total_cents', stock.purchase_total_cents,
                    'custom_value_cents', stock.custom_value_cents,
                    'prices', (
                        select
                            coalesce(
                                jsonb_agg(
                                    to_jsonb(price)
                                    - '{product_id,condition,variant_id}'::text[]
                                    order by price.source asc, price.currency asc
                                ),
                                '[]'
                            )
                        from price
                        where
                            price.product_id = stock.product_id
                            and price.condition = stock.condition
                            and price.variant_id = stock.variant_id
                    )
                )
                order by product.name asc, size.standardized_value asc, stock.id asc
            ),
            '[]'
        )
    from stock
    inner join products.products as product on stock.product_id = product.id
    left join products.variants as variant
        on stock.product_id = variant.product_id and stock.variant_id = variant.id
    left join products.sizes as size on variant.size_id = size.id;
$function$;

comment on function api.inventory_prices(uuid) is
'Return what a user has in stock with the market''s best prices for it, as far as the
caller may see the rows. JSON array of id, product (id, slug, style_code, name),
size_label, size_region, eu_size, condition, status, quantity, reserved_quantity,
currency, purchase_total_cents and custom_value_cents of a piece, and prices of its size
and condition, as in api.size_run(); none where the size is not known.';

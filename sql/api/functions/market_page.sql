create or replace function api.market_page(p_slug text)
returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        jsonb_build_object(
            'product', jsonb_build_object(
                'id', product.id,
                'slug', product.slug,
                'style_code', product.style_code,
                'name', product.name,
                'brand', brand.name,
                'colorway', product.colorway,
                'gender', product.gender,
                'release_date', product.release_date,
                'retail_price_cents', product.retail_price_cents,
                'retail_currency', product.retail_currency
            ),
            'providers', (
                select
                    coalesce(
                        jsonb_object_agg(link.provider, link.provider_product_id), '{}'
                    )
                from integration.product_links as link
                where link.product_id = product.id and link.provider_variant_id = ''
            ),
            'sizes', api.size_run(product.id)
        )
    from products.products as product
    left join core.brands as brand on product.brand_id = brand.id
    where product.slug = p_slug;
$function$;

comment on function api.market_page(text) is
'Return all that a market page shows, null for an unknown slug. JSON object: product;
providers, their ids for it; sizes, as api.size_run() returns them. Amounts are in
cents.';

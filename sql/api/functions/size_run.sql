create or replace function api.size_run(p_product_id uuid)
returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with price as (select * from integration.best_prices(p_product_id))

    select
        coalesce(
            jsonb_agg(
                jsonb_build_object(
                    'region', size.region,
                    'gender', size.gender,
                    'label', size.label,
                    'eu_size', size.standardized_value,
                    'prices', (
                        select
                            coalesce(
                                jsonb_agg(
                                    to_jsonb(price) - 'variant_id'
                                    order by price.source asc, price.currency asc
                                ),
                                '[]'
                            )
                        from price
                        where price.variant_id = variant.id
                    )
                )
                order by
                    size.standardized_value asc nulls last, size.region asc,
                    size.gender asc, size.label asc
            ),
            '[]'
        )
    from products.variants as variant
    inner join products.sizes as size on variant.size_id = size.id
    where variant.product_id = p_product_id;
$function$;

comment on function api.size_run(uuid) is
'Return the sizes of a product with the best new-condition prices of each source,
smallest first. JSON array of region, gender, label, eu_size (null: unknown) and prices,
an array of source, currency, lowest_ask_cents, highest_bid_cents, retail_cents and
observed_at.';

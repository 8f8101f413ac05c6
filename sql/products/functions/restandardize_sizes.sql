-- For when charts come or change. A brand's first chart takes its sizes off the general
-- one, where those of other brands stay.
create or replace function products.restandardize_sizes()
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_changed integer;
begin
    perform pg_advisory_xact_lock(hashtext('integration.record_catalogue'));
    insert into products.sizes (category_id, brand_id, region, gender, label)
    select distinct
        moved.category_id,
        moved.chart,
        moved.region,
        moved.gender,
        moved.label
    from products.misplaced_sizes as moved
    on conflict (category_id, brand_id, region, gender, label) do nothing;

    update products.variants as variant
    set size_id = size.id
    from products.misplaced_sizes as moved
    inner join products.sizes as size
        on
            moved.category_id = size.category_id
            and moved.chart is not distinct from size.brand_id
            and moved.region = size.region
            and moved.gender = size.gender
            and moved.label = size.label
    where
        variant.product_id = moved.product_id and variant.id = moved.variant_id;

    update products.sizes as size
    set standardized_value = meant.standard_size
    from core.categories as category
    cross join products.sizes as known
    left join core.brands as brand on known.brand_id = brand.id
    cross join lateral products.explain_size(
        brand.name, known.gender, known.region, known.label
    ) as meant
    where
        size.id = known.id
        and known.category_id = category.id
        and category.slug = 'sneakers'
        and size.standardized_value is distinct from meant.standard_size;
    get diagnostics v_changed = row_count;
    return v_changed;
end;
$function$;

comment on function products.restandardize_sizes() is
'Read every size of shoes on the charts as they are now; return how many mean another
standard size than before, or one at last. To be called after a change of
products.size_conversions; the prices stay with their variants.';

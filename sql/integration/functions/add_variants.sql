-- A variant is its product and its label. It stays the same one when the brand gets
-- charts of its own, or the product another category.
create or replace function integration.add_variants(
    p_entries integration.catalogue_entry[]
)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    insert into products.sizes (
        category_id, brand_id, region, gender, label, standardized_value
    )
    select distinct
        sized.category_id,
        sized.brand_id,
        sized.region,
        sized.gender,
        sized.label,
        sized.standardized_value
    from integration.resolve_sizes(p_entries) as sized
    on conflict (category_id, brand_id, region, gender, label) do nothing;

    insert into products.variants (product_id, size_id)
    select distinct
        sized.product_id,
        size.id
    from integration.resolve_sizes(p_entries) as sized
    inner join products.sizes as size
        on
            sized.category_id = size.category_id
            and sized.brand_id is not distinct from size.brand_id
            and sized.region = size.region
            and sized.gender = size.gender
            and sized.label = size.label
    where
        not exists (
            select
            from products.variants as variant
            inner join products.sizes as known on variant.size_id = known.id
            where
                variant.product_id = sized.product_id
                and known.region = sized.region
                and known.gender = sized.gender
                and known.label = sized.label
        )
    on conflict (product_id, size_id) do nothing;
end;
$function$;

comment on function integration.add_variants(integration.catalogue_entry[]) is
'Add the sizes and variants of the entries that are not known. Part of
integration.record_catalogue().';

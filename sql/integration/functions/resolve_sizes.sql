-- What is no shoe has sizes too, but no shoe size: its labels mean nothing on the
-- scale.
create or replace function integration.resolve_sizes(
    p_entries integration.catalogue_entry[]
)
returns table (
    entry integration.catalogue_entry,
    product_id uuid,
    category_id uuid,
    region text,
    gender text,
    label text,
    standardized_value numeric
)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        entry,
        product.id,
        category.id,
        size.region,
        size.gender,
        size.label,
        case
            when category.slug = 'sneakers'
                then products.standardize_size(
                    null, size.gender, size.region, size.label
                )
        end
    from unnest(p_entries) as entry
    inner join integration.product_links as link
        on
            entry.provider = link.provider
            and entry.provider_product_id = link.provider_product_id
            and link.provider_variant_id = ''
    inner join products.products as product on link.product_id = product.id
    left join core.categories as own on product.category_id = own.id
    inner join core.categories as category
        on coalesce(own.slug, 'other') = category.slug
    cross join lateral products.parse_size(
        entry.size_label, coalesce(entry.gender, product.gender), entry.size_region
    ) as size
    where entry.provider_variant_id <> '' and size.label is not null;
$function$;

comment on function integration.resolve_sizes(integration.catalogue_entry[]) is
'Return the variants among the entries whose products are known, each with its product
and size. Part of integration.record_catalogue().';

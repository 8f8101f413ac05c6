-- Few sizes make many variants, so each is read once, however often it comes: by the
-- first row of its kind, from which the others take it. A join of the two would be a
-- nested loop, since the planner takes an array for ten rows. What is no shoe has sizes
-- too, but no shoe size: its labels mean nothing on the scale.
create or replace function integration.resolve_sizes(
    p_entries integration.catalogue_entry[]
)
returns table (
    entry integration.catalogue_entry,
    product_id uuid,
    category_id uuid,
    brand_id uuid,
    region text,
    gender text,
    label text,
    standardized_value numeric
)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with given as (
        select
            entry,
            product.id as product_id,
            category.id as category_id,
            category.slug = 'sneakers' as is_shoe,
            brand.name as brand,
            coalesce(entry.gender, product.gender) as gender,
            row_number() over (
                partition by
                    entry.size_label, entry.size_region, brand.name,
                    coalesce(entry.gender, product.gender)
            ) as turn
        from unnest(p_entries) as entry
        inner join integration.product_links as link
            on
                entry.provider = link.provider
                and entry.provider_product_id = link.provider_product_id
                and link.provider_variant_id = ''
        inner join products.products as product on link.product_id = product.id
        left join core.brands as brand on product.brand_id = brand.id
        left join core.categories as own on product.category_id = own.id
        inner join core.categories as category
            on coalesce(own.slug, 'other') = category.slug
        where entry.provider_variant_id <> '' and entry.size_label is not null
    ),

    explained as materialized (
        select
            given.*,
            case
                when given.turn = 1
                    then products.explain_size(
                        given.brand,
                        given.gender,
                        (given.entry).size_region,
                        (given.entry).size_label
                    )
            end as meaning
        from given
    ),

    sized as materialized (
        select
            explained.*,
            first_value(explained.meaning) over (
                partition by
                    (explained.entry).size_label, (explained.entry).size_region,
                    explained.brand, explained.gender
                order by explained.turn asc
            ) as size
        from explained
    )

    select
        sized.entry,
        sized.product_id,
        sized.category_id,
        case when sized.is_shoe then (sized.size).brand_id end,
        (sized.size).region,
        (sized.size).gender,
        (sized.size).label,
        case when sized.is_shoe then (sized.size).standard_size end
    from sized
    where (sized.size).label is not null;
$function$;

comment on function integration.resolve_sizes(integration.catalogue_entry[]) is
'Return the variants among the entries whose products are known, each with its product
and size. brand_id: whose charts the size is read on. Part of
integration.record_catalogue().';

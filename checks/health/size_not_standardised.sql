-- title: Sizes of shoes that are on no chart
-- id: HLT112
-- severity: info
-- why: a price of such a size is compared with no other, since unknown is never guessed
-- fix: "select * from products.explain_size(<brand>, <gender>, <region>, <label>)" says
-- fix: why; add the chart to products.size_conversions, then "select
-- fix: products.restandardize_sizes()"

-- Ten labels are shown; the count is of all variants.
with unknown as (
    select
        link.provider,
        coalesce(brand.name, 'no brand') as brand,
        concat_ws(' ', size.gender, nullif(size.region, 'other'), size.label) as label,
        count(*) as variants
    from products.sizes as size
    inner join core.categories as category on size.category_id = category.id
    inner join products.variants as variant on size.id = variant.size_id
    inner join products.products as product on variant.product_id = product.id
    left join core.brands as brand on product.brand_id = brand.id
    inner join integration.product_links as link
        on variant.product_id = link.product_id and variant.id = link.variant_id
    where size.standardized_value is null and category.slug = 'sneakers'
    group by
        link.provider, brand.name, size.gender, size.region, size.label
)

select
    format('%s, %s', unknown.provider, unknown.brand) as subject,
    format(
        '%s variants in %s sizes: %s%s',
        sum(unknown.variants),
        count(*),
        array_to_string(
            (
                array_agg(
                    unknown.label order by unknown.variants desc, unknown.label asc
                )
            )[:10],
            ', '
        ),
        case when count(*) > 10 then ' ...' end
    ) as detail
from unknown
group by unknown.provider, unknown.brand
order by subject;

create or replace view products.misplaced_sizes with (security_invoker = true) as
with chart as (
    select
        brand.id as brand_id,
        products.find_size_chart(brand.name) as chart
    from core.brands as brand
)

select
    variant.product_id,
    variant.id as variant_id,
    size.category_id,
    chart.chart,
    size.region,
    size.gender,
    size.label
from products.variants as variant
inner join products.sizes as size on variant.size_id = size.id
inner join core.categories as category on size.category_id = category.id
inner join products.products as product on variant.product_id = product.id
left join chart on product.brand_id = chart.brand_id
where category.slug = 'sneakers' and size.brand_id is distinct from chart.chart;

comment on view products.misplaced_sizes is
'Variants whose sizes are not read on the charts of their brand, since those came later;
products.restandardize_sizes() mends them. chart: the brand whose charts they are to be
read on, null for the general one.';
comment on column products.misplaced_sizes.product_id is 'Product of the variant.';
comment on column products.misplaced_sizes.variant_id is 'Variant.';
comment on column products.misplaced_sizes.category_id is 'Category of its size.';
comment on column products.misplaced_sizes.chart is
'Brand whose charts its size is to be read on, null for the general one.';
comment on column products.misplaced_sizes.region is 'Region of its size.';
comment on column products.misplaced_sizes.gender is 'Scale of its size.';
comment on column products.misplaced_sizes.label is 'Label of its size.';

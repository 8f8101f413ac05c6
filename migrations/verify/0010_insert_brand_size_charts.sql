-- US 9 is EU 42.5 of Nike, 42 2/3 of adidas, 42 of Vans.
select 1 / (count(*) = 3)::integer
from products.size_conversions as conversion
inner join core.brands as brand on conversion.brand_id = brand.id
where
    (conversion.gender, conversion.region, conversion.label) = ('men', 'US', '9')
    and (brand.slug, conversion.standardized_value)
    in (('nike', 42.5), ('adidas', 42.7), ('vans', 42));

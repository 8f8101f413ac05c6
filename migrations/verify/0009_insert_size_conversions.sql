-- US 9 = UK 8 = EU 42.5 for men, and US 10.5 for women.
select 1 / (count(*) = 4)::integer from products.size_conversions
where
    brand_id is null
    and standardized_value = 42.5
    and (gender, region, label) in (
        ('men', 'US', '9'), ('men', 'UK', '8'), ('men', 'EU', '42.5'),
        ('women', 'US', '10.5')
    );

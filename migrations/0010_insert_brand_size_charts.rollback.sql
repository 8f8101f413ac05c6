delete from products.size_conversions
where
    source in (
        'Nike size chart', 'adidas size chart', 'New Balance size chart',
        'PUMA size chart', 'Converse size chart', 'Vans size chart',
        'Reebok size chart', 'StockX size charts of its articles, 2025'
    )
    and brand_id is not null;

-- A brand that has come into use is the user's.
delete from core.brands as brand
where
    brand.slug in (
        'nike', 'jordan', 'adidas', 'yeezy', 'asics', 'new-balance', 'puma', 'converse',
        'vans', 'reebok', 'ugg'
    )
    and not exists (
        select
        from products.products as product
        where product.brand_id = brand.id
    )
    and not exists (
        select
        from products.sizes as size
        where size.brand_id = brand.id
    )
    and not exists (
        select
        from products.size_conversions as conversion
        where conversion.brand_id = brand.id
    );

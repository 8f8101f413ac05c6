delete from products.size_conversions
where brand_id is null and source = 'Nike size chart';

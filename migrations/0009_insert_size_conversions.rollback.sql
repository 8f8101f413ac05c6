delete from products.size_conversions
where source = 'Nike size chart';

drop table products.variants;
drop table products.sizes;
drop table products.size_conversions;
drop table products.products;

drop table products.variants;
drop table products.sizes;
drop type products.size_meaning;
drop table products.size_conversions;
drop table products.products;

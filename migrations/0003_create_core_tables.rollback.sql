drop table core.categories;
drop table core.brands;

alter table shop.orders alter column quantity type bigint;
analyze shop.orders;

alter table shop.orders alter column color set not null;

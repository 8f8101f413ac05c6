alter table shop.orders add column number bigint;

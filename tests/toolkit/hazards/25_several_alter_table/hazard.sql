alter table shop.orders add column note text;
alter table shop.orders add column color text;

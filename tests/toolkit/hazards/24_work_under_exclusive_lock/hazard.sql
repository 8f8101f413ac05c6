alter table shop.orders add column note text;
alter table shop.customers validate constraint customers_name_is_not_empty;

alter table shop.orders add constraint orders_number_key unique (number);

alter table shop.orders add constraint orders_pkey primary key (id);

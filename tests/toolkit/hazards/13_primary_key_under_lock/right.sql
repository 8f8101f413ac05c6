alter table shop.orders
add constraint orders_pkey primary key using index orders_pkey;

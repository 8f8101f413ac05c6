create table shop.orders (id bigint not null);
create unique index orders_pkey on shop.orders (id);

create table shop.orders (
    id bigint generated always as identity,
    customer_id bigint,
    note text,
    price_cents bigint,
    constraint orders_pkey primary key (id)
);
create index orders_customer_id_idx on shop.orders (customer_id);
create table shop.customers (
    id bigint generated always as identity,
    constraint customers_pkey primary key (id)
);

alter table shop.orders
    add constraint orders_customer_id_fkey
    foreign key (customer_id) references shop.customers (id) not valid,
    add constraint orders_price_cents_fkey
    foreign key (price_cents) references shop.prices (cents) not valid;

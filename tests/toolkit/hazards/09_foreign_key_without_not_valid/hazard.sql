alter table shop.orders
add constraint orders_customer_id_fkey
foreign key (customer_id) references shop.customers (id);

-- depends: 9000_create_customers
create table shop.notes (body text);

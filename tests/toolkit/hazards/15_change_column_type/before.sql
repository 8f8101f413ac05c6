create table shop.orders (note varchar(20), quantity integer);

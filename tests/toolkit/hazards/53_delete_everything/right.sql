delete from shop.orders where id = 42;

delete from shop.orders;

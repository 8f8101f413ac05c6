alter table shop.orders rename to purchases;

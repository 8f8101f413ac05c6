alter table shop.orders detach partition shop.orders_2024;

truncate shop.orders cascade;

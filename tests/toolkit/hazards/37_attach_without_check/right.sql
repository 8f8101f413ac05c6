alter table shop.orders
attach partition shop.orders_2026 for values from (2026) to (2027);

alter table shop.orders
attach partition shop.orders_2025 for values from (2025) to (2026);

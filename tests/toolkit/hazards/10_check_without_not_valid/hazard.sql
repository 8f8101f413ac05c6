alter table shop.orders
add constraint orders_price_is_positive check (price_cents > 0);

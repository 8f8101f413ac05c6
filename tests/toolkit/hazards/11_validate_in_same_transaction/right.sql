alter table shop.orders validate constraint orders_price_is_positive;

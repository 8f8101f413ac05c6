create trigger orders_log
after update on shop.orders
for each row execute function shop.log_change();

create or replace trigger touch_row before update on products.products
for each row execute function system.touch_row();
create or replace trigger touch_row before update on products.inventory
for each row execute function system.touch_row('purchase_total_cents');
create or replace trigger touch_row before update on products.reservations
for each row execute function system.touch_row();

create or replace trigger touch_row before update on transactions.payouts
for each row execute function system.touch_row();
create or replace trigger touch_row before update on transactions.orders
for each row execute function system.touch_row();

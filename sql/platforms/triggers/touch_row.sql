create or replace trigger touch_row before update on platforms.accounts
for each row execute function system.touch_row();
create or replace trigger touch_row before update on platforms.platforms
for each row execute function system.touch_row();
create or replace trigger touch_row before update on platforms.listings
for each row execute function system.touch_row();

create or replace trigger touch_row before update on core.brands
for each row execute function system.touch_row();
create or replace trigger touch_row before update on core.categories
for each row execute function system.touch_row();

create or replace trigger touch_row before update on core.brands
for each row execute function system.touch_row();
create or replace trigger touch_row before update on core.categories
for each row execute function system.touch_row();
create or replace trigger touch_row before update on core.colors
for each row execute function system.touch_row();
create or replace trigger touch_row before update on core.materials
for each row execute function system.touch_row();
create or replace trigger touch_row before update on core.tags
for each row execute function system.touch_row();
create or replace trigger touch_row before update on core.suppliers
for each row execute function system.touch_row();
create or replace trigger touch_row before update on core.supplier_accounts
for each row execute function system.touch_row();
create or replace trigger touch_row before update on core.supplier_history
for each row execute function system.touch_row();

create or replace trigger touch_row before update on sync.providers
for each row execute function system.touch_row();
create or replace trigger touch_row before update on sync.data_type_registry
for each row execute function system.touch_row();

create or replace trigger touch_row before update on system.feature_flags
for each row execute function system.touch_row();
create or replace trigger touch_row before update on system.config
for each row execute function system.touch_row();

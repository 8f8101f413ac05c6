create or replace trigger touch_row before update on auth.users
for each row execute function system.touch_row();
create or replace trigger touch_row before update on auth.roles
for each row execute function system.touch_row();
create or replace trigger touch_row before update on auth.permissions
for each row execute function system.touch_row();
create or replace trigger touch_row before update on auth.api_keys
for each row execute function system.touch_row();
create or replace trigger touch_row before update on auth.deletion_requests
for each row execute function system.touch_row();

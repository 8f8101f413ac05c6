create table shop.notes (body text);
create trigger notes_log
after update on shop.notes
for each row execute function shop.log_change();

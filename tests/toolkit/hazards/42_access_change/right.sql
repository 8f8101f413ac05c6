create table shop.notes (body text);
grant select on shop.notes to readers;

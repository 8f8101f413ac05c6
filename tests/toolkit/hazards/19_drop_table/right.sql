create table shop.notes (body text);
drop table shop.notes;

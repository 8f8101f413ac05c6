create table if not exists shop.notes (body text);

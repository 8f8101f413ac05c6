create table shop.notes (body text);

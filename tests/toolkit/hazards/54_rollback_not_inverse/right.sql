create table shop.notes (body text);
create table shop.note_tags (tag text);

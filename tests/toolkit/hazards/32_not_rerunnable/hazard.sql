-- transactional: false
create table shop.notes (body text);
create index concurrently orders_note_idx on shop.orders (note);

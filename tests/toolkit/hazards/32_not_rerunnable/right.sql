-- transactional: false
create table if not exists shop.notes (body text);
create index concurrently orders_note_idx on shop.orders (note);

-- transactional: false
drop index concurrently if exists shop.orders_note_idx;
create index concurrently orders_note_idx on shop.orders (note, id);

-- transactional: false
create index concurrently orders_note_id_idx on shop.orders (note, id);
drop index concurrently if exists shop.orders_note_idx;

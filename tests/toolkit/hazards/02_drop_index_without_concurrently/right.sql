-- transactional: false
drop index concurrently if exists shop.orders_note_idx;

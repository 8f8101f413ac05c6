-- transactional: false
create index concurrently orders_note_idx on shop.orders (note);

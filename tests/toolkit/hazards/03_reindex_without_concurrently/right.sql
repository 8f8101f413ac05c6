-- transactional: false
reindex index concurrently shop.orders_note_idx;

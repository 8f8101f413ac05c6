-- transactional: false
reindex index shop.orders_note_idx;

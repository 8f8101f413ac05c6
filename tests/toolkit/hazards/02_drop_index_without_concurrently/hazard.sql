drop index shop.orders_note_idx;

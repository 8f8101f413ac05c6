alter table shop.orders
add constraint orders_note_fkey
foreign key (note) references shop.notes (note) not valid;

create table shop.notes (
    order_id bigint,
    constraint notes_pkey primary key (order_id),
    constraint notes_order_id_fkey foreign key (order_id) references shop.orders (id)
);

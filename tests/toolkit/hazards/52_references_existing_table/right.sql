create table shop.notes (
    order_id bigint,
    constraint notes_pkey primary key (order_id)
);

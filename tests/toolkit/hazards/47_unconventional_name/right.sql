create table shop.notes (
    order_id bigint,
    constraint notes_order_id_key unique (order_id)
);

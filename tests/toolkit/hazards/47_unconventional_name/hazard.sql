create table shop.notes (
    order_id bigint unique
);

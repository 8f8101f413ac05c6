create table shop.orders (
    id bigint generated always as identity,
    note text,
    color text,
    constraint orders_pkey primary key (id)
);
alter table shop.orders
add constraint orders_note_is_not_null check (note is not null) not valid;
alter table shop.orders validate constraint orders_note_is_not_null;

create table shop.notes (
    id bigint generated always as identity,
    constraint notes_pkey primary key (id)
);

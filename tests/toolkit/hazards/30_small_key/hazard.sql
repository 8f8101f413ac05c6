create table shop.notes (
    id integer generated always as identity,
    constraint notes_pkey primary key (id)
);

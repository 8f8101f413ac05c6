create table shop.notes (
    body varchar(100),
    written_at timestamp
);

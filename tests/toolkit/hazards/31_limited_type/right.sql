create table shop.notes (
    body text,
    currency char(3),
    written_at timestamptz,
    constraint notes_body_is_short check (length(body) <= 100)
);

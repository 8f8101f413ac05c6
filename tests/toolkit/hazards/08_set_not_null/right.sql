-- The check was added as not valid and validated by the files before.
alter table shop.orders
    alter column note set not null,
    drop constraint orders_note_is_not_null;

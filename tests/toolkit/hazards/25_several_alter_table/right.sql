alter table shop.orders
    add column note text,
    add column color text;

create table shop.orders_2026 (
    year bigint not null,
    constraint orders_2026_year check (year >= 2026 and year < 2027)
);

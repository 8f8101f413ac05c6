alter table shop.orders add column number bigint generated always as identity;

set lock_timeout = 0;
alter table shop.orders add column note text;

alter table shop.orders alter column note drop not null;

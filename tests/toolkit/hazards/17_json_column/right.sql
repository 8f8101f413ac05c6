alter table shop.orders add column extra jsonb;

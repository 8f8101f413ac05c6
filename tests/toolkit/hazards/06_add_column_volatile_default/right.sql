alter table shop.orders add column noted_at timestamptz default now();

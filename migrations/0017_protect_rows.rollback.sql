-- What the roles were granted is taken back before: see system.withdraw_access().
-- allow: drop_index_without_concurrently, the constraint that needs it goes with it
-- allow: access_change, nobody but the owner has rights on the tables any more
alter table auth.deletion_requests
no force row level security,
disable row level security;
alter table auth.api_key_buckets
no force row level security,
disable row level security;
alter table auth.api_keys
no force row level security,
disable row level security;
alter table auth.sessions
no force row level security,
disable row level security;
alter table auth.user_roles
no force row level security,
disable row level security;
alter table auth.passwords
no force row level security,
disable row level security;
alter table auth.users
no force row level security,
disable row level security;
alter table core.supplier_purchases
no force row level security,
disable row level security;
alter table platforms.listing_events
no force row level security,
disable row level security;
alter table platforms.listing_prices
no force row level security,
disable row level security;
alter table products.reservations
no force row level security,
disable row level security;
alter table products.inventory_tags
no force row level security,
disable row level security;
alter table transactions.payouts
drop constraint payouts_owner_id_fkey,
no force row level security,
disable row level security;
drop index transactions.payouts_owner_id_idx;
alter table transactions.orders
drop constraint orders_owner_id_fkey,
no force row level security,
disable row level security;
drop index transactions.orders_owner_id_sold_at_idx;
alter table platforms.listings
drop constraint listings_owner_id_fkey,
no force row level security,
disable row level security;
drop index platforms.listings_owner_id_status_idx;
alter table products.inventory
drop constraint inventory_owner_id_fkey,
no force row level security,
disable row level security;
drop index products.inventory_owner_id_status_idx;
alter table platforms.accounts
drop constraint accounts_owner_id_fkey,
drop constraint accounts_key_id_fkey,
no force row level security,
disable row level security;
drop index platforms.accounts_owner_id_idx;
drop index platforms.accounts_key_id_idx;
alter table core.supplier_accounts
drop constraint supplier_accounts_owner_id_fkey,
drop constraint supplier_accounts_key_id_fkey,
no force row level security,
disable row level security;
drop index core.supplier_accounts_owner_id_idx;
drop index core.supplier_accounts_key_id_idx;
alter table core.suppliers drop constraint suppliers_key_id_fkey;
drop index core.suppliers_key_id_idx;
alter table system.config drop constraint config_key_id_fkey;
drop index system.config_key_id_idx;
drop table system.encryption_keys;
alter table system.installation drop column role_prefix;

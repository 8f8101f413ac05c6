-- Say whose a row is, let nobody else see it, and know the keys that secrets need.
-- depends: 0016_create_auth_tables
-- allow: access_change, only system.access_rules() grants anything, and it comes later
-- allow: work_under_exclusive_lock, the tables are new, and nothing uses them yet
-- allow: foreign_key_without_not_valid, the tables are new and empty
-- allow: check_without_not_valid, the table has one row
-- allow: index_without_concurrently, the tables are new and empty
alter table system.installation
add column role_prefix text not null default 'mdt_',
add constraint installation_role_prefix_is_short
check (role_prefix ~ '^[a-z_][a-z0-9_]{0,39}$' and not starts_with(role_prefix, 'pg_'));
comment on column system.installation.role_prefix is
'What the names of this installation''s roles begin with.';

create table system.encryption_keys (
    key_id text not null,
    created_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint encryption_keys_pkey primary key (key_id),
    constraint encryption_keys_key_id_is_one check (key_id ~ '^[0-9a-f]{16}$')
);
comment on table system.encryption_keys is
'Keys that secrets may be encrypted with; the keys themselves are never in the database.
To retire one is to delete its row, which its last secret prevents, and no secret can be
written with it afterwards.';
comment on column system.encryption_keys.key_id is
'First 16 hexadecimal digits of the SHA-256 of the key.';
comment on column system.encryption_keys.created_at is 'When it was first used.';
comment on column system.encryption_keys.created_by is
'Who did: mdt.actor, else the role of the session.';

alter table system.config
add constraint config_key_id_fkey
foreign key (key_id) references system.encryption_keys (key_id);
create index config_key_id_idx on system.config (key_id) where key_id is not null;
alter table core.suppliers
add constraint suppliers_key_id_fkey
foreign key (key_id) references system.encryption_keys (key_id);
create index suppliers_key_id_idx on core.suppliers (key_id) where key_id is not null;
alter table core.supplier_accounts
add constraint supplier_accounts_key_id_fkey
foreign key (key_id) references system.encryption_keys (key_id),
add constraint supplier_accounts_owner_id_fkey
foreign key (owner_id) references auth.users (id),
enable row level security,
force row level security;
create index supplier_accounts_key_id_idx on core.supplier_accounts (key_id)
where key_id is not null;
create index supplier_accounts_owner_id_idx on core.supplier_accounts (owner_id);

alter table platforms.accounts
add constraint accounts_key_id_fkey
foreign key (key_id) references system.encryption_keys (key_id),
add constraint accounts_owner_id_fkey
foreign key (owner_id) references auth.users (id),
enable row level security,
force row level security;
create index accounts_key_id_idx on platforms.accounts (key_id)
where key_id is not null;
create index accounts_owner_id_idx on platforms.accounts (owner_id);

alter table products.inventory
add constraint inventory_owner_id_fkey
foreign key (owner_id) references auth.users (id),
enable row level security,
force row level security;
create index inventory_owner_id_status_idx on products.inventory (owner_id, status);
alter table platforms.listings
add constraint listings_owner_id_fkey
foreign key (owner_id) references auth.users (id),
enable row level security,
force row level security;
create index listings_owner_id_status_idx on platforms.listings (owner_id, status);
alter table transactions.orders
add constraint orders_owner_id_fkey
foreign key (owner_id) references auth.users (id),
enable row level security,
force row level security;
create index orders_owner_id_sold_at_idx
on transactions.orders (owner_id, sold_at desc);
alter table transactions.payouts
add constraint payouts_owner_id_fkey
foreign key (owner_id) references auth.users (id),
enable row level security,
force row level security;
create index payouts_owner_id_idx on transactions.payouts (owner_id);

-- The policies name roles, which not everybody may create: system.refresh_access()
-- makes them when all is applied. Until then only superusers see rows.
alter table products.inventory_tags enable row level security, force row level security;
alter table products.reservations
enable row level security, force row level security;
alter table platforms.listing_prices
enable row level security, force row level security;
alter table platforms.listing_events
enable row level security, force row level security;
alter table core.supplier_purchases enable row level security, force row level security;
alter table auth.users enable row level security, force row level security;
alter table auth.passwords enable row level security, force row level security;
alter table auth.user_roles enable row level security, force row level security;
alter table auth.sessions enable row level security, force row level security;
alter table auth.api_keys enable row level security, force row level security;
alter table auth.api_key_buckets enable row level security, force row level security;
alter table auth.deletion_requests enable row level security, force row level security;

select
    'products.inventory_owner_id_status_idx'::regclass,
    'platforms.listings_owner_id_status_idx'::regclass,
    'transactions.orders_owner_id_sold_at_idx'::regclass,
    'transactions.payouts_owner_id_idx'::regclass,
    'core.supplier_accounts_owner_id_idx'::regclass,
    'platforms.accounts_owner_id_idx'::regclass,
    'system.encryption_keys'::regclass;
select 1 / (
    select count(*) = 18
    from pg_class
    where
        relforcerowsecurity
        and relrowsecurity
        and relnamespace in (
            'auth'::regnamespace, 'core'::regnamespace, 'platforms'::regnamespace,
            'products'::regnamespace, 'transactions'::regnamespace
        )
)::integer;

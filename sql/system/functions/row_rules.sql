-- Rows of a table without an owner's column are those of the row that they refer to,
-- which is read under the policies of its own table.
create or replace function system.row_rules()
returns table (
    relation regclass,
    owner_column text,
    parent regclass,
    parent_column text
)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    values
    ('products.inventory'::regclass, 'owner_id', null::regclass, null),
    ('platforms.listings', 'owner_id', null, null),
    ('transactions.orders', 'owner_id', null, null),
    ('transactions.payouts', 'owner_id', null, null),
    ('core.supplier_accounts', 'owner_id', null, null),
    ('platforms.accounts', 'owner_id', null, null),
    ('auth.users', 'id', null, null),
    ('auth.passwords', 'user_id', null, null),
    ('auth.user_roles', 'user_id', null, null),
    ('auth.sessions', 'user_id', null, null),
    ('auth.api_keys', 'user_id', null, null),
    ('auth.deletion_requests', 'user_id', null, null),
    ('auth.api_key_buckets', 'api_key_id', 'auth.api_keys', 'id'),
    ('products.reservations', 'inventory_id', 'products.inventory', 'id'),
    ('products.inventory_tags', 'inventory_id', 'products.inventory', 'id'),
    ('platforms.listing_prices', 'listing_id', 'platforms.listings', 'id'),
    ('platforms.listing_events', 'listing_id', 'platforms.listings', 'id'),
    (
        'core.supplier_purchases', 'account_id', 'core.supplier_accounts', 'id'
    );
$function$;

comment on function system.row_rules() is
'Return the tables whose rows belong to users: the column that says to whom, and where
that is another row, its table and key.';

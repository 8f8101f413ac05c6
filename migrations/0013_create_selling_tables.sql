-- Create where we sell, what we have, what is listed, and what was sold.
-- depends: 0012_create_supplier_tables
-- allow: references_existing_table, products and variants are locked for a moment only
-- allow: several_foreign_keys, what it refers to is new or small
create table platforms.platforms (
    id uuid not null default gen_random_uuid(),
    name text not null,
    slug text not null,
    provider text,
    charges_fees boolean not null default true,
    fee_percent numeric(5, 2),
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint platforms_pkey primary key (id),
    constraint platforms_slug_key unique (slug),
    constraint platforms_provider_fkey
    foreign key (provider) references sync.providers (name),
    constraint platforms_name_is_not_empty check (btrim(name) <> ''),
    constraint platforms_slug_is_lower_case_words
    check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint platforms_fee_percent_is_a_percentage
    check (fee_percent between 0 and 100)
);
create index platforms_provider_idx on platforms.platforms (provider);
comment on table platforms.platforms is
'One place where things are sold, whether or not it is a provider of prices too.';
comment on column platforms.platforms.id is 'Key.';
comment on column platforms.platforms.name is 'Name for people.';
comment on column platforms.platforms.slug is 'Name for machines.';
comment on column platforms.platforms.provider is
'Provider that states its prices, if we ask one.';
comment on column platforms.platforms.charges_fees is
'Whether it keeps a part of the price.';
comment on column platforms.platforms.fee_percent is
'Which part, percent; null: it varies.';
comment on column platforms.platforms.is_active is 'Whether we sell there.';
comment on column platforms.platforms.created_at is 'When it was first written.';
comment on column platforms.platforms.updated_at is 'Last change.';
comment on column platforms.platforms.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column platforms.platforms.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

insert into platforms.platforms (name, slug) values
('StockX', 'stockx'),
('Alias', 'alias'),
('GOAT', 'goat'),
('eBay', 'ebay'),
('Klekt', 'klekt'),
('Restocks', 'restocks'),
('Shopify', 'shopify'),
('Vinted', 'vinted'),
('Depop', 'depop'),
('Instagram', 'instagram'),
('TikTok', 'tiktok'),
('Private sale', 'private'),
('Other', 'other');

create table platforms.accounts (
    id uuid not null default gen_random_uuid(),
    owner_id uuid,
    platform_id uuid not null,
    external_account_id text,
    username text,
    email text,
    status text not null default 'active',
    seller_tier text,
    seller_rating numeric(4, 2),
    region text,
    shipping_method text,
    shipping_fee_cents bigint,
    currency char(3),
    commission_percent numeric(5, 2),
    encrypted_access_token text,
    encrypted_refresh_token text,
    key_id text,
    token_type text,
    scope text,
    token_expires_at timestamptz,
    synced_at timestamptz,
    sync_error text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint accounts_pkey primary key (id),
    constraint accounts_natural_key unique (platform_id, external_account_id),
    constraint accounts_platform_id_fkey
    foreign key (platform_id) references platforms.platforms (id),
    constraint accounts_email_is_an_address
    check (email ~ '^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:].]+$'),
    constraint accounts_status_is_known
    check (
        status in (
            'active', 'inactive', 'disconnected', 'suspended', 'broken', 'expired',
            'revoked'
        )
    ),
    constraint accounts_seller_rating_is_not_negative check (seller_rating >= 0),
    constraint accounts_shipping_fee_is_not_negative check (shipping_fee_cents >= 0),
    constraint accounts_shipping_fee_has_a_currency
    check (shipping_fee_cents is null or currency is not null),
    constraint accounts_currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
    constraint accounts_commission_percent_is_a_percentage
    check (commission_percent between 0 and 100),
    constraint accounts_tokens_have_a_key_id
    check (
        (coalesce(encrypted_access_token, encrypted_refresh_token) is null)
        = (key_id is null)
    )
);
comment on table platforms.accounts is
'One account of a user on a platform, and what the platform grants it.';
comment on column platforms.accounts.id is 'Key.';
comment on column platforms.accounts.owner_id is
'User it belongs to; null: to the house.';
comment on column platforms.accounts.platform_id is 'Where.';
comment on column platforms.accounts.external_account_id is
'What the platform calls it.';
comment on column platforms.accounts.username is 'Name that the platform shows.';
comment on column platforms.accounts.email is 'Address that it is registered with.';
comment on column platforms.accounts.status is
'active, inactive, disconnected, suspended, broken, expired or revoked.';
comment on column platforms.accounts.seller_tier is
'Level of the seller, as the platform words it.';
comment on column platforms.accounts.seller_rating is
'Rating of the seller, on the scale of the platform.';
comment on column platforms.accounts.region is 'Region that it sells from.';
comment on column platforms.accounts.shipping_method is 'How parcels are handed over.';
comment on column platforms.accounts.shipping_fee_cents is
'What the platform takes for shipping, cents.';
comment on column platforms.accounts.currency is 'Currency of that, ISO 4217.';
comment on column platforms.accounts.commission_percent is
'What the platform keeps of a price, percent.';
comment on column platforms.accounts.encrypted_access_token is
'Token to act for it, encrypted.';
comment on column platforms.accounts.encrypted_refresh_token is
'Token to renew that, encrypted.';
comment on column platforms.accounts.key_id is 'Which key encrypted them.';
comment on column platforms.accounts.token_type is 'Kind of token, e.g. Bearer.';
comment on column platforms.accounts.scope is
'What the token allows, as the platform words it.';
comment on column platforms.accounts.token_expires_at is
'Until when the access token counts.';
comment on column platforms.accounts.synced_at is
'When the platform was last asked about it.';
comment on column platforms.accounts.sync_error is 'Why that failed; null: it did not.';
comment on column platforms.accounts.created_at is 'When it was first written.';
comment on column platforms.accounts.updated_at is 'Last change.';
comment on column platforms.accounts.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column platforms.accounts.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

create table products.inventory (
    id uuid not null default system.uuid_v7(),
    owner_id uuid,
    product_id uuid not null,
    variant_id uuid,
    size_label text,
    quantity integer not null default 1,
    reserved_quantity integer not null default 0,
    condition text not null default 'new',
    status text not null default 'in_stock',
    location text,
    consigned_to text,
    supplier_id uuid,
    bought_from text,
    purchase_reference text,
    purchased_at timestamptz,
    arrived_at timestamptz,
    currency char(3) not null,
    purchase_net_cents bigint,
    purchase_vat_cents bigint,
    purchase_shipping_cents bigint,
    purchase_total_cents bigint generated always as (
        purchase_net_cents
        + coalesce(purchase_vat_cents, 0)
        + coalesce(purchase_shipping_cents, 0)
    ) stored,
    vat_percent numeric(5, 2),
    base_currency char(3),
    purchase_fx_rate numeric(18, 8),
    purchase_base_cents bigint,
    purchase_fx_source text,
    custom_value_cents bigint,
    image_url text,
    notes text,
    external_ids jsonb not null default '{}',
    details jsonb not null default '{}',
    observed_at timestamptz not null default now(),
    origin text not null default 'manual',
    removed_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint inventory_pkey primary key (id),
    constraint inventory_product_id_fkey
    foreign key (product_id) references products.products (id),
    constraint inventory_variant_id_fkey
    foreign key (product_id, variant_id) references products.variants (product_id, id),
    constraint inventory_supplier_id_fkey
    foreign key (supplier_id) references core.suppliers (id) on delete set null,
    constraint inventory_quantity_is_not_negative check (quantity >= 0),
    constraint inventory_reserved_quantity_is_in_stock
    check (reserved_quantity between 0 and quantity),
    constraint inventory_condition_is_known
    check (condition in ('new', 'used', 'new_with_defects')),
    constraint inventory_status_is_known
    check (
        status in (
            'incoming', 'in_stock', 'listed', 'reserved', 'consigned',
            'need_shipping', 'packed', 'outgoing', 'sold', 'worn', 'personal',
            'archived', 'cancelled', 'removed'
        )
    ),
    constraint inventory_currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
    constraint inventory_purchase_net_is_not_negative check (purchase_net_cents >= 0),
    constraint inventory_purchase_vat_is_not_negative check (purchase_vat_cents >= 0),
    constraint inventory_purchase_shipping_is_not_negative
    check (purchase_shipping_cents >= 0),
    constraint inventory_purchase_net_is_there_with_its_parts
    check (
        purchase_net_cents is not null
        or (purchase_vat_cents is null
        and purchase_shipping_cents is null)
    ),
    constraint inventory_vat_percent_is_a_percentage
    check (vat_percent between 0 and 100),
    constraint inventory_base_currency_is_a_code check (base_currency ~ '^[A-Z]{3}$'),
    constraint inventory_purchase_fx_rate_is_positive check (purchase_fx_rate > 0),
    constraint inventory_purchase_base_is_not_negative check (purchase_base_cents >= 0),
    constraint inventory_purchase_base_has_a_currency
    check (purchase_base_cents is null or base_currency is not null),
    constraint inventory_custom_value_is_not_negative check (custom_value_cents >= 0),
    constraint inventory_external_ids_is_an_object
    check (jsonb_typeof(external_ids) = 'object'),
    constraint inventory_details_is_an_object check (jsonb_typeof(details) = 'object')
);
create index inventory_product_id_variant_id_status_idx
on products.inventory (product_id, variant_id, status);
-- What has to be packed or is due to arrive; what is gone is most of the table.
create index inventory_status_idx on products.inventory (status)
where status not in ('sold', 'archived', 'cancelled', 'removed');
create index inventory_supplier_id_idx on products.inventory (supplier_id)
where supplier_id is not null;
comment on table products.inventory is
'What we have, or had: one row a purchase of a product in a size.';
comment on column products.inventory.id is 'Key, time-ordered.';
comment on column products.inventory.owner_id is
'User it belongs to; null: to the house.';
comment on column products.inventory.product_id is 'Product.';
comment on column products.inventory.variant_id is
'The product in its size; null: the size is not known.';
comment on column products.inventory.size_label is 'Size as recorded.';
comment on column products.inventory.quantity is 'Pieces there are now.';
comment on column products.inventory.reserved_quantity is
'Pieces of them that are promised.';
comment on column products.inventory.condition is 'new, used, new_with_defects.';
comment on column products.inventory.status is
'incoming, in_stock, listed, reserved, consigned, need_shipping, packed, outgoing,
sold, worn, personal, archived, cancelled or removed.';
comment on column products.inventory.location is 'Where it lies.';
comment on column products.inventory.consigned_to is
'Who has it, while it is consigned.';
comment on column products.inventory.supplier_id is
'Who sold it to us, where that is one of our suppliers.';
comment on column products.inventory.bought_from is 'The same as recorded.';
comment on column products.inventory.purchase_reference is 'Number of our order there.';
comment on column products.inventory.purchased_at is 'When it was bought.';
comment on column products.inventory.arrived_at is 'When it arrived.';
comment on column products.inventory.currency is 'Currency of what it cost, ISO 4217.';
comment on column products.inventory.purchase_net_cents is
'Price of a piece without VAT and shipping, cents.';
comment on column products.inventory.purchase_vat_cents is 'VAT on it, cents.';
comment on column products.inventory.purchase_shipping_cents is
'Shipping to us, cents.';
comment on column products.inventory.purchase_total_cents is
'What a piece cost in all, cents: net, VAT and shipping.';
comment on column products.inventory.vat_percent is
'VAT that it was bought with, percent.';
comment on column products.inventory.base_currency is
'Currency of the books, where it is another.';
comment on column products.inventory.purchase_fx_rate is
'Units of base_currency for one of currency, on the day.';
comment on column products.inventory.purchase_base_cents is
'What it cost in base_currency, cents.';
comment on column products.inventory.purchase_fx_source is 'Who stated the rate.';
comment on column products.inventory.custom_value_cents is
'What its owner takes it to be worth, cents.';
comment on column products.inventory.image_url is 'Picture of the piece itself.';
comment on column products.inventory.notes is 'Its owner''s.';
comment on column products.inventory.external_ids is
'JSON object: what other systems call it.';
comment on column products.inventory.details is
'JSON object: what else another system said of it.';
comment on column products.inventory.observed_at is 'When what stands here was stated.';
comment on column products.inventory.origin is 'What wrote it last.';
comment on column products.inventory.removed_at is
'When its owner threw the entry away.';
comment on column products.inventory.created_at is 'When it was first written.';
comment on column products.inventory.updated_at is 'Last change.';
comment on column products.inventory.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column products.inventory.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

create table products.inventory_tags (
    inventory_id uuid not null,
    tag_id uuid not null,
    constraint inventory_tags_pkey primary key (inventory_id, tag_id),
    constraint inventory_tags_inventory_id_fkey
    foreign key (inventory_id) references products.inventory (id) on delete cascade,
    constraint inventory_tags_tag_id_fkey
    foreign key (tag_id) references core.tags (id) on delete cascade
);
create index inventory_tags_tag_id_idx on products.inventory_tags (tag_id);
comment on table products.inventory_tags is 'Which labels a piece of stock has.';
comment on column products.inventory_tags.inventory_id is 'Piece of stock.';
comment on column products.inventory_tags.tag_id is 'Label.';

create table products.reservations (
    inventory_id uuid not null,
    id uuid not null default gen_random_uuid(),
    quantity integer not null,
    status text not null default 'active',
    reserved_by text,
    reason text,
    reserved_until timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint reservations_pkey primary key (inventory_id, id),
    constraint reservations_inventory_id_fkey
    foreign key (inventory_id) references products.inventory (id) on delete cascade,
    constraint reservations_quantity_is_positive check (quantity > 0),
    constraint reservations_status_is_known
    check (status in ('active', 'released', 'expired', 'fulfilled'))
);
comment on table products.reservations is
'Who was promised pieces of stock, and until when.';
comment on column products.reservations.inventory_id is 'Piece of stock.';
comment on column products.reservations.id is 'Key within the piece of stock.';
comment on column products.reservations.quantity is 'Pieces promised.';
comment on column products.reservations.status is
'active, released, expired or fulfilled.';
comment on column products.reservations.reserved_by is 'To whom, or by what.';
comment on column products.reservations.reason is 'Why.';
comment on column products.reservations.reserved_until is
'When the promise ends; null: never.';
comment on column products.reservations.created_at is 'When it was first written.';
comment on column products.reservations.updated_at is 'Last change.';
comment on column products.reservations.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column products.reservations.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

create table platforms.listings (
    id uuid not null default system.uuid_v7(),
    owner_id uuid,
    platform_id uuid not null,
    account_id uuid,
    inventory_id uuid,
    product_id uuid not null,
    variant_id uuid,
    size_label text,
    external_listing_id text,
    external_product_id text,
    external_variant_id text,
    url text,
    status text not null default 'pending',
    channel text not null default 'standard',
    condition text not null default 'new',
    packaging text,
    quantity integer not null default 1,
    currency char(3) not null,
    price_cents bigint not null,
    original_price_cents bigint,
    cost_cents bigint,
    expected_profit_cents bigint,
    expected_margin_percent numeric(7, 2),
    sold_price_cents bigint,
    market_lowest_ask_cents bigint,
    market_highest_bid_cents bigint,
    view_count integer,
    favorite_count integer,
    is_presale boolean not null default false,
    presale_marked_at timestamptz,
    presale_unmarked_at timestamptz,
    listed_at timestamptz,
    price_changed_at timestamptz,
    expires_at timestamptz,
    delisted_at timestamptz,
    sold_at timestamptz,
    observed_at timestamptz not null default now(),
    details jsonb not null default '{}',
    origin text not null default 'manual',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint listings_pkey primary key (id),
    constraint listings_platform_id_fkey
    foreign key (platform_id) references platforms.platforms (id),
    constraint listings_account_id_fkey
    foreign key (account_id) references platforms.accounts (id) on delete set null,
    constraint listings_inventory_id_fkey
    foreign key (inventory_id) references products.inventory (id) on delete set null,
    constraint listings_product_id_fkey
    foreign key (product_id) references products.products (id),
    constraint listings_variant_id_fkey
    foreign key (product_id, variant_id) references products.variants (product_id, id),
    constraint listings_external_listing_id_is_not_empty
    check (btrim(external_listing_id) <> ''),
    constraint listings_url_is_an_address check (url ~* '^https?://'),
    constraint listings_status_is_known
    check (
        status in (
            'pending', 'active', 'inactive', 'paused', 'sold', 'expired',
            'cancelled', 'removed'
        )
    ),
    constraint listings_channel_is_known
    check (channel in ('standard', 'flex', 'direct', 'consigned')),
    constraint listings_condition_is_known
    check (condition in ('new', 'used', 'new_with_defects')),
    constraint listings_quantity_is_not_negative check (quantity >= 0),
    constraint listings_currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
    constraint listings_price_is_not_negative check (price_cents >= 0),
    constraint listings_original_price_is_not_negative
    check (original_price_cents >= 0),
    constraint listings_cost_is_not_negative check (cost_cents >= 0),
    constraint listings_sold_price_is_positive check (sold_price_cents > 0),
    constraint listings_sold_price_is_of_a_sold_one
    check (sold_price_cents is null or status = 'sold'),
    constraint listings_market_prices_are_positive
    check (market_lowest_ask_cents > 0 and market_highest_bid_cents > 0),
    constraint listings_view_count_is_not_negative check (view_count >= 0),
    constraint listings_favorite_count_is_not_negative check (favorite_count >= 0),
    constraint listings_details_is_an_object check (jsonb_typeof(details) = 'object')
);
create unique index listings_platform_id_external_listing_id_key
on platforms.listings (platform_id, external_listing_id)
where external_listing_id is not null;
create index listings_platform_id_status_idx
on platforms.listings (platform_id, status);
create index listings_account_id_idx on platforms.listings (account_id)
where account_id is not null;
create index listings_inventory_id_idx on platforms.listings (inventory_id)
where inventory_id is not null;
create index listings_product_id_variant_id_idx
on platforms.listings (product_id, variant_id);
comment on table platforms.listings is 'What we offer, or offered, on a platform.';
comment on column platforms.listings.id is 'Key, time-ordered.';
comment on column platforms.listings.owner_id is
'User it belongs to; null: to the house.';
comment on column platforms.listings.platform_id is 'Where.';
comment on column platforms.listings.account_id is
'Account that it is offered with, where it is known.';
comment on column platforms.listings.inventory_id is
'Piece of stock that is offered, where it is known.';
comment on column platforms.listings.product_id is 'Product.';
comment on column platforms.listings.variant_id is
'The product in its size; null: the size is not known.';
comment on column platforms.listings.size_label is 'Size as recorded.';
comment on column platforms.listings.external_listing_id is
'What the platform calls the listing; null: it has not said yet.';
comment on column platforms.listings.external_product_id is
'What the platform calls the product.';
comment on column platforms.listings.external_variant_id is
'What the platform calls the variant.';
comment on column platforms.listings.url is 'Where it can be seen.';
comment on column platforms.listings.status is
'pending, active, inactive, paused, sold, expired, cancelled or removed.';
comment on column platforms.listings.channel is 'standard, flex, direct or consigned.';
comment on column platforms.listings.condition is 'new, used, new_with_defects.';
comment on column platforms.listings.packaging is
'State of the box, in the words of the platform.';
comment on column platforms.listings.quantity is 'Pieces offered.';
comment on column platforms.listings.currency is
'Currency of all amounts of this row, ISO 4217.';
comment on column platforms.listings.price_cents is
'Price asked for a piece now, cents.';
comment on column platforms.listings.original_price_cents is
'Price first asked, cents.';
comment on column platforms.listings.cost_cents is
'What the piece cost, as stated when it was listed, cents.';
comment on column platforms.listings.expected_profit_cents is
'Profit expected then, cents; may be negative.';
comment on column platforms.listings.expected_margin_percent is
'The same, percent of the price.';
comment on column platforms.listings.sold_price_cents is 'Price it went for, cents.';
comment on column platforms.listings.market_lowest_ask_cents is
'Lowest ask on the platform when last looked at, cents.';
comment on column platforms.listings.market_highest_bid_cents is
'Highest bid likewise, cents.';
comment on column platforms.listings.view_count is
'How often it was looked at, as the platform counts.';
comment on column platforms.listings.favorite_count is
'How many have marked it, as the platform counts.';
comment on column platforms.listings.is_presale is
'Whether it was offered before it was there.';
comment on column platforms.listings.presale_marked_at is 'Since when.';
comment on column platforms.listings.presale_unmarked_at is 'Until when.';
comment on column platforms.listings.listed_at is 'When it was first offered.';
comment on column platforms.listings.price_changed_at is 'Last change of the price.';
comment on column platforms.listings.expires_at is 'When the platform takes it down.';
comment on column platforms.listings.delisted_at is 'When it was taken down.';
comment on column platforms.listings.sold_at is 'When it was sold.';
comment on column platforms.listings.observed_at is 'When what stands here was stated.';
comment on column platforms.listings.details is
'JSON object: what else the platform says of it.';
comment on column platforms.listings.origin is 'What wrote it last.';
comment on column platforms.listings.created_at is 'When it was first written.';
comment on column platforms.listings.updated_at is 'Last change.';
comment on column platforms.listings.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column platforms.listings.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

create table platforms.listing_prices (
    listing_id uuid not null,
    changed_at timestamptz not null default clock_timestamp(),
    id uuid not null default system.uuid_v7(),
    old_price_cents bigint,
    price_cents bigint not null,
    currency char(3) not null,
    reason text,
    market_lowest_ask_cents bigint,
    market_highest_bid_cents bigint,
    constraint listing_prices_pkey primary key (listing_id, changed_at, id),
    constraint listing_prices_listing_id_fkey
    foreign key (listing_id) references platforms.listings (id) on delete cascade,
    constraint listing_prices_old_price_is_not_negative check (old_price_cents >= 0),
    constraint listing_prices_price_is_not_negative check (price_cents >= 0),
    constraint listing_prices_currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
    constraint listing_prices_market_prices_are_positive
    check (market_lowest_ask_cents > 0 and market_highest_bid_cents > 0)
) partition by range (changed_at);
comment on table platforms.listing_prices is
'Every change of the price of a listing; a month a partition.';
comment on column platforms.listing_prices.listing_id is 'Listing.';
comment on column platforms.listing_prices.changed_at is 'When; the partition key.';
comment on column platforms.listing_prices.id is
'Key within the listing and moment, time-ordered.';
comment on column platforms.listing_prices.old_price_cents is
'Price before, cents; null: it was the first.';
comment on column platforms.listing_prices.price_cents is 'Price from then on, cents.';
comment on column platforms.listing_prices.currency is 'ISO 4217.';
comment on column platforms.listing_prices.reason is 'Why it was changed.';
comment on column platforms.listing_prices.market_lowest_ask_cents is
'Lowest ask on the platform then, cents.';
comment on column platforms.listing_prices.market_highest_bid_cents is
'Highest bid likewise, cents.';

create table platforms.listing_events (
    listing_id uuid not null,
    id uuid not null default system.uuid_v7(),
    happened_at timestamptz not null,
    event text not null,
    old_status text,
    status text,
    reason text,
    actor text not null default 'system'::text,
    details jsonb not null default '{}',
    constraint listing_events_pkey primary key (listing_id, id),
    constraint listing_events_listing_id_fkey
    foreign key (listing_id) references platforms.listings (id) on delete cascade,
    constraint listing_events_event_is_not_empty check (btrim(event) <> ''),
    constraint listing_events_details_is_an_object
    check (jsonb_typeof(details) = 'object')
);
comment on table platforms.listing_events is
'What happened to a listing but for its price, and whose doing it was.';
comment on column platforms.listing_events.listing_id is 'Listing.';
comment on column platforms.listing_events.id is
'Key within the listing, time-ordered.';
comment on column platforms.listing_events.happened_at is 'When.';
comment on column platforms.listing_events.event is
'What was done, e.g. activated, cancelled, marked_presale.';
comment on column platforms.listing_events.old_status is
'Its status before, as recorded.';
comment on column platforms.listing_events.status is 'Its status after, as recorded.';
comment on column platforms.listing_events.reason is 'Why.';
comment on column platforms.listing_events.actor is 'Who, as recorded.';
comment on column platforms.listing_events.details is
'JSON object: what else was recorded.';

create table transactions.payouts (
    id uuid not null default system.uuid_v7(),
    owner_id uuid,
    platform_id uuid not null,
    account_id uuid,
    external_payout_id text not null,
    currency char(3) not null,
    gross_cents bigint,
    fees_cents bigint,
    net_cents bigint not null,
    status text not null default 'pending',
    method text,
    period_start_date date,
    period_end_date date,
    order_count integer,
    external_order_ids text[] not null default '{}',
    initiated_at timestamptz,
    completed_at timestamptz,
    synced_at timestamptz,
    details jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint payouts_pkey primary key (id),
    constraint payouts_platform_id_external_payout_id_key
    unique (platform_id, external_payout_id),
    constraint payouts_platform_id_fkey
    foreign key (platform_id) references platforms.platforms (id),
    constraint payouts_account_id_fkey
    foreign key (account_id) references platforms.accounts (id) on delete set null,
    constraint payouts_currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
    constraint payouts_fees_are_not_negative check (fees_cents >= 0),
    constraint payouts_net_is_gross_without_fees
    check (net_cents = gross_cents - fees_cents),
    constraint payouts_status_is_known
    check (status in ('pending', 'processing', 'completed', 'failed')),
    constraint payouts_period_has_a_length check (period_end_date >= period_start_date),
    constraint payouts_order_count_is_not_negative check (order_count >= 0),
    constraint payouts_details_is_an_object check (jsonb_typeof(details) = 'object')
);
create index payouts_account_id_idx on transactions.payouts (account_id)
where account_id is not null;
comment on table transactions.payouts is
'What a platform paid out, for one or several orders.';
comment on column transactions.payouts.id is 'Key, time-ordered.';
comment on column transactions.payouts.owner_id is
'User it belongs to; null: to the house.';
comment on column transactions.payouts.platform_id is 'Who paid.';
comment on column transactions.payouts.account_id is
'Account that it was paid to, where it is known.';
comment on column transactions.payouts.external_payout_id is
'What the platform calls it.';
comment on column transactions.payouts.currency is 'ISO 4217.';
comment on column transactions.payouts.gross_cents is 'What the orders came to, cents.';
comment on column transactions.payouts.fees_cents is 'What the platform kept, cents.';
comment on column transactions.payouts.net_cents is 'What was paid, cents.';
comment on column transactions.payouts.status is
'pending, processing, completed or failed.';
comment on column transactions.payouts.method is 'How it was paid.';
comment on column transactions.payouts.period_start_date is 'First day that it is for.';
comment on column transactions.payouts.period_end_date is 'Last day that it is for.';
comment on column transactions.payouts.order_count is
'Orders in it, as the platform counts.';
comment on column transactions.payouts.external_order_ids is
'What the platform calls them.';
comment on column transactions.payouts.initiated_at is 'When it was begun.';
comment on column transactions.payouts.completed_at is 'When it was paid.';
comment on column transactions.payouts.synced_at is
'When the platform was last asked about it.';
comment on column transactions.payouts.details is
'JSON object: what else the platform says of it.';
comment on column transactions.payouts.created_at is 'When it was first written.';
comment on column transactions.payouts.updated_at is 'Last change.';
comment on column transactions.payouts.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column transactions.payouts.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

create table transactions.orders (
    product_id uuid not null,
    id uuid not null default system.uuid_v7(),
    sold_at timestamptz not null,
    owner_id uuid,
    variant_id uuid,
    size_label text,
    platform_id uuid not null,
    account_id uuid,
    listing_id uuid,
    inventory_id uuid,
    payout_id uuid,
    external_order_id text,
    order_number text,
    quantity integer not null default 1,
    channel text not null default 'standard',
    condition text not null default 'new',
    status text not null default 'pending',
    shipping_status text,
    payment_status text,
    currency char(3) not null,
    sale_price_cents bigint not null,
    gross_sale_cents bigint,
    buyer_premium_cents bigint,
    seller_fee_cents bigint,
    processing_fee_cents bigint,
    platform_fee_cents bigint,
    shipping_cents bigint,
    net_proceeds_cents bigint,
    cost_cents bigint,
    gross_profit_cents bigint,
    net_profit_cents bigint,
    base_currency char(3),
    fx_rate numeric(18, 8),
    sale_base_cents bigint,
    fx_source text,
    payout_cents bigint,
    paid_out_at timestamptz,
    is_paid_out boolean not null default false,
    carrier text,
    tracking_number text,
    shipping_label_url text,
    shipping_document_path text,
    buyer_reference text,
    destination_country text,
    destination_country_code text,
    destination_city text,
    confirmed_at timestamptz,
    shipped_at timestamptz,
    estimated_delivery_date date,
    delivered_at timestamptz,
    completed_at timestamptz,
    observed_at timestamptz not null default now(),
    removed_at timestamptz,
    image_url text,
    notes text,
    details jsonb not null default '{}',
    origin text not null default 'manual',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint orders_pkey primary key (product_id, id, sold_at),
    constraint orders_product_id_fkey
    foreign key (product_id) references products.products (id),
    constraint orders_variant_id_fkey
    foreign key (product_id, variant_id) references products.variants (product_id, id),
    constraint orders_platform_id_fkey
    foreign key (platform_id) references platforms.platforms (id),
    constraint orders_account_id_fkey
    foreign key (account_id) references platforms.accounts (id) on delete set null,
    constraint orders_listing_id_fkey
    foreign key (listing_id) references platforms.listings (id) on delete set null,
    constraint orders_inventory_id_fkey
    foreign key (inventory_id) references products.inventory (id) on delete set null,
    constraint orders_payout_id_fkey
    foreign key (payout_id) references transactions.payouts (id) on delete set null,
    constraint orders_natural_key unique (platform_id, external_order_id, sold_at),
    constraint orders_external_order_id_is_not_empty
    check (btrim(external_order_id) <> ''),
    constraint orders_quantity_is_positive check (quantity > 0),
    constraint orders_channel_is_known
    check (channel in ('standard', 'flex', 'direct', 'consigned')),
    constraint orders_condition_is_known
    check (condition in ('new', 'used', 'new_with_defects')),
    constraint orders_status_is_known
    check (
        status in (
            'pending', 'confirmed', 'authenticated', 'shipped', 'delivered',
            'completed', 'cancelled', 'returned'
        )
    ),
    constraint orders_payment_status_is_known
    check (payment_status in ('pending', 'processing', 'paid', 'failed')),
    constraint orders_currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
    constraint orders_sale_price_is_positive check (sale_price_cents > 0),
    constraint orders_gross_sale_is_positive check (gross_sale_cents > 0),
    constraint orders_fees_are_not_negative
    check (
        buyer_premium_cents >= 0
        and seller_fee_cents >= 0
        and processing_fee_cents >= 0
        and platform_fee_cents >= 0
        and shipping_cents >= 0
    ),
    constraint orders_net_proceeds_are_not_above_the_price
    check (net_proceeds_cents <= sale_price_cents),
    constraint orders_cost_is_not_negative check (cost_cents >= 0),
    constraint orders_base_currency_is_a_code check (base_currency ~ '^[A-Z]{3}$'),
    constraint orders_fx_rate_is_positive check (fx_rate > 0),
    constraint orders_sale_base_is_positive check (sale_base_cents > 0),
    constraint orders_sale_base_has_a_currency
    check (sale_base_cents is null or base_currency is not null),
    constraint orders_destination_country_code_is_a_code
    check (destination_country_code ~ '^[A-Z]{2}$'),
    constraint orders_details_is_an_object check (jsonb_typeof(details) = 'object')
) partition by range (sold_at);
create index orders_platform_id_sold_at_idx
on transactions.orders (platform_id, sold_at desc);
create index orders_product_id_variant_id_sold_at_idx
on transactions.orders (product_id, variant_id, sold_at desc);
create index orders_account_id_idx on transactions.orders (account_id)
where account_id is not null;
create index orders_listing_id_idx on transactions.orders (listing_id)
where listing_id is not null;
create index orders_inventory_id_idx on transactions.orders (inventory_id)
where inventory_id is not null;
create index orders_payout_id_idx on transactions.orders (payout_id)
where payout_id is not null;
comment on table transactions.orders is
'What we sold, on whatever platform; a year a partition.';
comment on column transactions.orders.product_id is 'Product.';
comment on column transactions.orders.id is 'Key within the product, time-ordered.';
comment on column transactions.orders.sold_at is 'When it was sold; the partition key.';
comment on column transactions.orders.owner_id is
'User it belongs to; null: to the house.';
comment on column transactions.orders.variant_id is
'The product in its size; null: the size is not known.';
comment on column transactions.orders.size_label is 'Size as recorded.';
comment on column transactions.orders.platform_id is 'Where it was sold.';
comment on column transactions.orders.account_id is
'Account that it was sold with, where it is known.';
comment on column transactions.orders.listing_id is
'Listing that it was sold from, where it is known.';
comment on column transactions.orders.inventory_id is
'Piece of stock that was sold, where it is known.';
comment on column transactions.orders.payout_id is
'Payout that it was paid with, where it is known.';
comment on column transactions.orders.external_order_id is
'What the platform calls the order.';
comment on column transactions.orders.order_number is
'Number that the platform shows to people, where it is another.';
comment on column transactions.orders.quantity is 'Pieces sold.';
comment on column transactions.orders.channel is 'standard, flex, direct or consigned.';
comment on column transactions.orders.condition is 'new, used, new_with_defects.';
comment on column transactions.orders.status is
'pending, confirmed, authenticated, shipped, delivered, completed, cancelled or
returned.';
comment on column transactions.orders.shipping_status is
'How the parcel stands, in the words of the platform.';
comment on column transactions.orders.payment_status is
'pending, processing, paid or failed; null: not known.';
comment on column transactions.orders.currency is
'Currency of all amounts but the one in base_currency, ISO 4217.';
comment on column transactions.orders.sale_price_cents is
'Price that the buyer and we agreed on, cents.';
comment on column transactions.orders.gross_sale_cents is
'What the buyer paid in all, cents, as the platform states it.';
comment on column transactions.orders.buyer_premium_cents is
'What the platform put on top for the buyer, cents.';
comment on column transactions.orders.seller_fee_cents is
'Fee of the platform for selling, cents.';
comment on column transactions.orders.processing_fee_cents is
'Fee for the payment, cents.';
comment on column transactions.orders.platform_fee_cents is
'Fee of the platform as one sum, cents, where it is not told apart.';
comment on column transactions.orders.shipping_cents is 'Shipping that we paid, cents.';
comment on column transactions.orders.net_proceeds_cents is
'What is left for us, cents.';
comment on column transactions.orders.cost_cents is
'What the piece cost us, cents, as stated by the order.';
comment on column transactions.orders.gross_profit_cents is
'Price less cost, cents, as stated; may be negative.';
comment on column transactions.orders.net_profit_cents is
'Proceeds less cost, cents, as stated; may be negative.';
comment on column transactions.orders.base_currency is
'Currency of the books, where it is another.';
comment on column transactions.orders.fx_rate is
'Units of base_currency for one of currency, on the day.';
comment on column transactions.orders.sale_base_cents is
'Price in base_currency, cents.';
comment on column transactions.orders.fx_source is 'Who stated the rate.';
comment on column transactions.orders.payout_cents is
'What was paid out for it, cents.';
comment on column transactions.orders.paid_out_at is 'When.';
comment on column transactions.orders.is_paid_out is 'Whether the money has come.';
comment on column transactions.orders.carrier is 'Who carried the parcel.';
comment on column transactions.orders.tracking_number is 'Its number there.';
comment on column transactions.orders.shipping_label_url is 'Where the label is.';
comment on column transactions.orders.shipping_document_path is
'Where its document lies.';
comment on column transactions.orders.buyer_reference is
'What the platform calls the buyer.';
comment on column transactions.orders.destination_country is
'Country that it went to, as recorded.';
comment on column transactions.orders.destination_country_code is
'The same as ISO 3166-1 alpha-2; null: not told from it.';
comment on column transactions.orders.destination_city is 'City that it went to.';
comment on column transactions.orders.confirmed_at is 'When we confirmed it.';
comment on column transactions.orders.shipped_at is 'When it left.';
comment on column transactions.orders.estimated_delivery_date is
'Day on which it was to arrive.';
comment on column transactions.orders.delivered_at is 'When it arrived.';
comment on column transactions.orders.completed_at is 'When nothing was left to do.';
comment on column transactions.orders.observed_at is
'When what stands here was stated.';
comment on column transactions.orders.removed_at is
'When its owner threw the entry away.';
comment on column transactions.orders.image_url is 'Picture.';
comment on column transactions.orders.notes is 'Its owner''s.';
comment on column transactions.orders.details is
'JSON object: what else the platform says of it.';
comment on column transactions.orders.origin is 'What wrote it last.';
comment on column transactions.orders.created_at is 'When it was first written.';
comment on column transactions.orders.updated_at is 'Last change.';
comment on column transactions.orders.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column transactions.orders.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

-- What mapping functions return, and the writers take.
create type products.inventory_entry as (
    id uuid,
    product_id uuid,
    variant_id uuid,
    size_label text,
    quantity integer,
    status text,
    location text,
    supplier_id uuid,
    bought_from text,
    purchased_at timestamptz,
    arrived_at timestamptz,
    currency text,
    purchase_net_cents bigint,
    purchase_vat_cents bigint,
    vat_percent numeric,
    notes text,
    external_ids jsonb,
    created_at timestamptz,
    observed_at timestamptz,
    origin text,
    reject_reason text
);
comment on type products.inventory_entry is
'A piece of stock as another system states it at observed_at. reject_reason: why it
cannot be used, else null.';

create type platforms.listing_entry as (
    id uuid,
    platform_id uuid,
    product_id uuid,
    variant_id uuid,
    external_listing_id text,
    external_product_id text,
    external_variant_id text,
    status text,
    currency text,
    price_cents bigint,
    original_price_cents bigint,
    cost_cents bigint,
    expected_profit_cents bigint,
    expected_margin_percent numeric,
    market_lowest_ask_cents bigint,
    market_highest_bid_cents bigint,
    listed_at timestamptz,
    price_changed_at timestamptz,
    expires_at timestamptz,
    delisted_at timestamptz,
    details jsonb,
    created_at timestamptz,
    observed_at timestamptz,
    origin text,
    reject_reason text
);
comment on type platforms.listing_entry is
'A listing as another system states it at observed_at. reject_reason: why it cannot be
used, else null.';

create type transactions.order_entry as (
    id uuid,
    product_id uuid,
    variant_id uuid,
    platform_id uuid,
    listing_id uuid,
    external_order_id text,
    order_number text,
    status text,
    shipping_status text,
    currency text,
    sale_price_cents bigint,
    gross_sale_cents bigint,
    buyer_premium_cents bigint,
    seller_fee_cents bigint,
    processing_fee_cents bigint,
    platform_fee_cents bigint,
    shipping_cents bigint,
    net_proceeds_cents bigint,
    cost_cents bigint,
    gross_profit_cents bigint,
    net_profit_cents bigint,
    is_paid_out boolean,
    paid_out_at timestamptz,
    tracking_number text,
    destination_country text,
    destination_country_code text,
    destination_city text,
    sold_at timestamptz,
    shipped_at timestamptz,
    completed_at timestamptz,
    notes text,
    created_at timestamptz,
    observed_at timestamptz,
    origin text,
    reject_reason text
);
comment on type transactions.order_entry is
'An order as another system states it at observed_at. reject_reason: why it cannot be
used, else null.';

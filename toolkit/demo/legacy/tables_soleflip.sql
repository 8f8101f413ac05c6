-- SoleFlip, era A: resale management in eight schemas. Prices are in four of them, in
-- cents and in units; pricing.market_prices has no currency at all (pounds for stockx,
-- US dollars for alias); products.sizes.standardized_value is never filled.
create schema if not exists core;
create schema if not exists products;
create schema if not exists integration;
create schema if not exists pricing;
create schema if not exists transactions;
create schema if not exists platforms;
create schema if not exists analytics;
create schema if not exists system;

create type integration.source_type_enum as enum (
    'stockx', 'awin', 'ebay', 'goat', 'klekt', 'restocks', 'stockxapi'
);
create type integration.price_type_enum as enum (
    'resale', 'retail', 'auction', 'wholesale'
);
create type integration.condition_enum as enum (
    'new', 'like_new', 'used_excellent', 'used_good', 'used_fair', 'deadstock'
);
create type products.inventory_status as enum (
    'incoming',
    'available',
    'consigned',
    'need_shipping',
    'packed',
    'outgoing',
    'sale_completed',
    'cancelled'
);

create table core.brands (
    id uuid not null default gen_random_uuid(),
    name varchar(100) not null,
    slug varchar(100) not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (id),
    unique (slug)
);

create table core.categories (
    id uuid not null default gen_random_uuid(),
    name varchar(100) not null,
    slug varchar(100) not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (id),
    unique (slug)
);

create table core.platforms (
    id uuid not null default gen_random_uuid(),
    name varchar(100) not null,
    slug varchar(100) not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (id),
    unique (slug)
);

create table core.suppliers (
    id uuid not null default gen_random_uuid(),
    name varchar(100) not null,
    slug varchar(100) not null,
    display_name varchar(150),
    supplier_type varchar(50) not null,
    business_size varchar(30),
    contact_person varchar(100),
    email varchar(100),
    phone varchar(50),
    website varchar(200),
    address_line1 varchar(200),
    address_line2 varchar(200),
    city varchar(100),
    state_province varchar(100),
    postal_code varchar(20),
    country varchar(50),
    tax_id varchar(50),
    vat_number varchar(50),
    business_registration varchar(100),
    return_policy_days integer,
    return_policy_text text,
    return_conditions varchar(500),
    accepts_exchanges boolean,
    restocking_fee_percent numeric(5, 2),
    payment_terms varchar(100),
    credit_limit numeric(12, 2),
    discount_percent numeric(5, 2),
    minimum_order_amount numeric(10, 2),
    rating numeric(3, 2),
    reliability_score integer,
    quality_score integer,
    status varchar(20) not null,
    preferred boolean,
    verified boolean,
    average_processing_days integer,
    ships_internationally boolean,
    accepts_returns_by_mail boolean,
    provides_authenticity_guarantee boolean,
    has_api boolean,
    api_endpoint varchar(200),
    api_key_encrypted text,
    total_orders_count integer,
    total_order_value numeric(12, 2),
    average_order_value numeric(10, 2),
    last_order_date timestamptz,
    founded_year integer,
    founder_name varchar(200),
    instagram_handle varchar(100),
    instagram_url varchar(255),
    facebook_url varchar(255),
    twitter_handle varchar(100),
    logo_url varchar(500),
    supplier_story text,
    closure_date date,
    closure_reason text,
    supplier_category varchar(50),
    vat_rate numeric(4, 2),
    return_policy text,
    default_email varchar(255),
    notes text,
    internal_notes text,
    tags jsonb,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (id),
    unique (slug)
);

create table products.products (
    id uuid not null default gen_random_uuid(),
    sku varchar(100) not null,
    brand_id uuid,
    category_id uuid not null,
    name varchar(255) not null,
    description text,
    retail_price numeric(10, 2),
    avg_resale_price numeric(10, 2),
    release_date timestamptz,
    stockx_product_id varchar(100),
    style_code varchar(200),
    enrichment_data jsonb,
    lowest_ask numeric(10, 2),
    highest_bid numeric(10, 2),
    recommended_sell_faster numeric(10, 2),
    recommended_earn_more numeric(10, 2),
    last_enriched_at timestamptz,
    ean varchar(20),
    gtin varchar(20),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (id),
    check (retail_price is null or retail_price >= 0),
    foreign key (brand_id) references core.brands (id) on delete set null,
    foreign key (category_id) references core.categories (id) on delete restrict,
    unique (sku)
);

create table products.sizes (
    id uuid not null default gen_random_uuid(),
    category_id uuid,
    value varchar(20) not null,
    standardized_value numeric(4, 1),
    region varchar(10) not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (id),
    foreign key (category_id) references core.categories (id) on delete set null
);

create table products.inventory (
    id uuid not null default gen_random_uuid(),
    product_id uuid not null,
    size_id uuid not null,
    supplier_id uuid,
    quantity integer not null,
    purchase_price numeric(10, 2),
    purchase_date timestamptz,
    supplier varchar(100),
    status varchar(50) not null,
    notes text,
    delivery_date timestamptz,
    gross_purchase_price numeric(10, 2),
    vat_amount numeric(10, 2),
    vat_rate numeric(5, 2) default 19.00,
    shelf_life_days integer,
    profit_per_shelf_day numeric(10, 2),
    roi_percentage numeric(5, 2),
    location varchar(50),
    listed_stockx boolean default false,
    listed_alias boolean default false,
    listed_local boolean default false,
    detailed_status products.inventory_status,
    external_ids jsonb,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (id),
    check (purchase_price is null or purchase_price >= 0),
    check (quantity >= 0),
    foreign key (product_id) references products.products (id) on delete cascade,
    foreign key (size_id) references products.sizes (id) on delete restrict,
    foreign key (supplier_id) references core.suppliers (id) on delete set null
);

create table integration.price_sources (
    id uuid not null default gen_random_uuid(),
    product_id uuid not null,
    size_id uuid,
    source_type integration.source_type_enum not null,
    source_product_id varchar(100) not null,
    source_name varchar(200),
    price_type integration.price_type_enum not null,
    price_cents integer not null,
    currency varchar(3) not null default 'EUR',
    stock_quantity integer,
    in_stock boolean not null default false,
    condition integration.condition_enum default 'new',
    source_url text,
    affiliate_link text,
    supplier_id uuid,
    metadata json,
    last_updated timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (id),
    check (currency ~ '^[A-Z]{3}$'),
    check (last_updated is null or last_updated <= now()),
    check (price_cents >= 0),
    check (stock_quantity is null or stock_quantity >= 0),
    foreign key (product_id) references products.products (id) on delete cascade,
    foreign key (size_id) references products.sizes (id) on delete set null,
    foreign key (supplier_id) references core.suppliers (id) on delete set null
);
create unique index price_sources_with_size_key on integration.price_sources (
    product_id, source_type, source_product_id, size_id
)
where size_id is not null;
create unique index price_sources_without_size_key on integration.price_sources (
    product_id, source_type, source_product_id
)
where size_id is null;

create table integration.price_history (
    id uuid not null default gen_random_uuid(),
    price_source_id uuid not null,
    price_cents integer not null,
    in_stock boolean,
    stock_quantity integer,
    recorded_at timestamptz not null default now(),
    primary key (id),
    foreign key (price_source_id)
    references integration.price_sources (id) on delete cascade
);

create table integration.market_prices (
    id uuid not null default gen_random_uuid(),
    product_id uuid not null,
    source varchar(100) not null,
    supplier_name varchar(100) not null,
    external_id varchar(255),
    buy_price numeric(10, 2) not null,
    currency varchar(3) default 'EUR',
    availability varchar(50),
    stock_qty integer,
    product_url text,
    last_updated timestamptz default now(),
    created_at timestamptz not null default now(),
    raw_data jsonb,
    primary key (id),
    foreign key (product_id) references products.products (id) on delete cascade
);

create table integration.awin_products (
    id uuid not null default gen_random_uuid(),
    awin_product_id varchar(50) not null,
    merchant_product_id varchar(100),
    merchant_id integer not null,
    merchant_name varchar(200),
    data_feed_id integer,
    product_name varchar(500) not null,
    brand_name varchar(200),
    brand_id integer,
    ean varchar(20),
    product_gtin varchar(20),
    mpn varchar(100),
    product_model varchar(200),
    retail_price_cents integer,
    store_price_cents integer,
    rrp_price_cents integer,
    currency varchar(3) default 'EUR',
    description text,
    short_description text,
    colour varchar(100),
    size varchar(20),
    material varchar(200),
    in_stock boolean default false,
    stock_quantity integer default 0,
    delivery_time varchar(100),
    image_url varchar(1000),
    thumbnail_url varchar(1000),
    alternate_images json,
    affiliate_link varchar(2000),
    merchant_link varchar(2000),
    matched_product_id uuid,
    match_confidence numeric(3, 2),
    match_method varchar(50),
    stockx_product_id uuid,
    stockx_url_key varchar(200),
    stockx_style_id varchar(100),
    stockx_lowest_ask_cents integer,
    stockx_highest_bid_cents integer,
    profit_cents integer,
    profit_percentage numeric(5, 2),
    last_enriched_at timestamptz,
    enrichment_status varchar(20) default 'pending',
    last_updated timestamptz,
    feed_import_date timestamptz default now(),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (id),
    unique (awin_product_id)
);

create table pricing.market_prices (
    id uuid not null default gen_random_uuid(),
    product_id uuid not null,
    platform_name varchar(50) not null,
    size_value varchar(20),
    condition varchar(20) not null,
    price_date date not null,
    lowest_ask numeric(10, 2),
    highest_bid numeric(10, 2),
    last_sale numeric(10, 2),
    average_price numeric(10, 2),
    sales_volume integer,
    premium_percentage numeric(5, 2),
    data_quality_score numeric(3, 2),
    created_at timestamptz not null default now(),
    primary key (id),
    foreign key (product_id) references products.products (id) on delete cascade
);

create table pricing.price_history (
    id uuid not null default gen_random_uuid(),
    product_id uuid not null,
    inventory_item_id uuid,
    platform_id uuid,
    price_date date not null,
    price_type varchar(30) not null,
    price_amount numeric(10, 2) not null,
    currency varchar(3) not null default 'EUR',
    source varchar(50) not null,
    confidence_score numeric(3, 2),
    metadata json,
    created_at timestamptz not null default now(),
    primary key (id),
    foreign key (inventory_item_id)
    references products.inventory (id) on delete set null,
    foreign key (platform_id) references core.platforms (id) on delete set null,
    foreign key (product_id) references products.products (id) on delete cascade
);

create table platforms.stockx_listings (
    id uuid not null default gen_random_uuid(),
    product_id uuid not null,
    stockx_listing_id varchar(100) not null,
    stockx_product_id varchar(100) not null,
    variant_id varchar(100),
    ask_price numeric(10, 2) not null,
    original_ask_price numeric(10, 2),
    buy_price numeric(10, 2),
    expected_profit numeric(10, 2),
    expected_margin numeric(5, 2),
    status varchar(20) not null default 'active',
    is_active boolean not null default true,
    expires_at timestamptz,
    current_lowest_ask numeric(10, 2),
    current_highest_bid numeric(10, 2),
    last_price_update timestamptz,
    source_opportunity_id uuid,
    created_from varchar(50) default 'manual',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    listed_at timestamptz,
    delisted_at timestamptz,
    primary key (id),
    check (status in ('active', 'inactive', 'sold', 'expired', 'cancelled')),
    foreign key (product_id) references products.products (id) on delete cascade,
    unique (stockx_listing_id)
);

create table transactions.orders (
    id uuid not null default gen_random_uuid(),
    listing_id uuid not null,
    platform_id uuid not null,
    stockx_order_number varchar(100),
    external_id varchar(200),
    sale_price numeric(10, 2) not null,
    buyer_premium numeric(10, 2),
    seller_fee numeric(10, 2),
    processing_fee numeric(10, 2),
    net_proceeds numeric(10, 2),
    original_buy_price numeric(10, 2),
    gross_profit numeric(10, 2),
    net_profit numeric(10, 2),
    actual_margin numeric(5, 2),
    roi numeric(5, 2),
    order_status varchar(20),
    shipping_status varchar(20),
    tracking_number varchar(100),
    platform_fee numeric(10, 2),
    shipping_cost numeric(10, 2),
    buyer_destination_country varchar(100),
    buyer_destination_city varchar(200),
    sold_at timestamptz not null,
    gross_sale numeric(10, 2),
    payout_received boolean default false,
    payout_date timestamptz,
    shelf_life_days integer,
    shipped_at timestamptz,
    completed_at timestamptz,
    notes text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (id),
    check (net_proceeds is null or net_proceeds <= sale_price),
    check (sale_price > 0),
    check (
        order_status in (
            'pending', 'authenticated', 'shipped', 'completed', 'cancelled'
        )
    ),
    foreign key (listing_id)
    references platforms.stockx_listings (id) on delete restrict,
    foreign key (platform_id) references core.platforms (id) on delete restrict
);

create table analytics.marketplace_data (
    id uuid not null default gen_random_uuid(),
    inventory_item_id uuid not null,
    platform_id uuid not null,
    marketplace_listing_id varchar(255),
    ask_price numeric(10, 2),
    bid_price numeric(10, 2),
    market_lowest_ask numeric(10, 2),
    market_highest_bid numeric(10, 2),
    last_sale_price numeric(10, 2),
    sales_frequency integer,
    volatility numeric(5, 4),
    fees_percentage numeric(5, 4),
    platform_specific jsonb,
    updated_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    primary key (id),
    check (fees_percentage is null or (fees_percentage >= 0 and fees_percentage <= 1)),
    check (volatility is null or (volatility >= 0 and volatility <= 1)),
    foreign key (inventory_item_id)
    references products.inventory (id) on delete cascade,
    foreign key (platform_id) references core.platforms (id) on delete restrict,
    unique (inventory_item_id, platform_id)
);

create table system.config (
    key varchar(100) not null,
    value_encrypted text not null,
    description text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (key)
);

create table system.logs (
    id uuid not null default gen_random_uuid(),
    level varchar(20) not null,
    component varchar(50) not null,
    message text not null,
    details jsonb,
    source_table varchar(100),
    source_id uuid,
    created_at timestamptz not null default now(),
    primary key (id)
);

-- On update only, and the new value: the first price of a source never gets here.
create function integration.track_price_changes()
returns trigger
language plpgsql
as $function$
begin
    if new.price_cents <> old.price_cents
        or new.in_stock is distinct from old.in_stock
        or new.stock_quantity is distinct from old.stock_quantity
    then
        insert into integration.price_history (
            price_source_id, price_cents, in_stock, stock_quantity
        )
        values (new.id, new.price_cents, new.in_stock, new.stock_quantity);
    end if;
    return new;
end;
$function$;

create trigger track_price_changes
after update on integration.price_sources
for each row execute function integration.track_price_changes();

-- One row per product and source: it collapses all sizes.
create view integration.latest_prices as
select distinct on (product_id, source_type)
    product_id,
    source_type,
    price_type,
    price_cents,
    currency,
    in_stock,
    last_updated
from integration.price_sources
order by product_id asc, source_type asc, last_updated desc;

-- ARCHVD: a portfolio application for sneaker resellers. Everything is in public, and
-- the constraints that the application has are here: no key on sales, no index on most
-- foreign keys, three generations of StockX tables side by side, sizes as text and as
-- number. The references to the login service's user table are left out.
create type public.item_status as enum ('active', 'listed', 'worn', 'sold', 'archived');

create table public.product_catalog (
    sku text not null,
    brand text not null,
    model text not null,
    colorway text,
    image_url text,
    retail_price numeric(10, 2),
    retail_currency text default 'GBP',
    release_date date,
    slug text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    category text,
    gender text,
    stockx_product_id text,
    id uuid not null default gen_random_uuid(),
    alias_catalog_id text,
    min_listing_price integer,
    max_listing_price integer,
    primary key (sku),
    unique (id)
);
create unique index product_catalog_alias_catalog_id_key on public.product_catalog (
    alias_catalog_id
)
where alias_catalog_id is not null;

create table public.products (
    id uuid not null default gen_random_uuid(),
    sku text not null,
    brand text not null,
    model text not null,
    colorway text,
    category text not null default 'sneakers',
    name text generated always as (
        brand || ' ' || model || coalesce(' ' || colorway, '')
    ) stored,
    slug text,
    image_url text,
    retail_price numeric(12, 2),
    retail_currency text default 'USD',
    release_date date,
    tier text default 'cold',
    popularity_score integer default 0,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    last_synced_at timestamptz,
    search_vector tsvector generated always as (
        to_tsvector(
            'english',
            sku || ' ' || brand || ' ' || model || ' ' || coalesce(colorway, '')
        )
    ) stored,
    primary key (id),
    check (popularity_score >= 0 and popularity_score <= 100),
    check (tier in ('hot', 'warm', 'cold', 'frozen')),
    unique (sku),
    unique (slug)
);

create table public.product_variants (
    id uuid not null default gen_random_uuid(),
    product_id uuid not null,
    size_key text not null,
    size_numeric numeric(6, 2),
    size_system text not null default 'US',
    stockx_product_id text,
    stockx_variant_id text,
    alias_catalog_id text,
    ebay_epid text,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    primary key (id),
    foreign key (product_id) references public.products (id) on delete cascade,
    unique (product_id, size_key)
);

create table public."Inventory" (
    id uuid not null default gen_random_uuid(),
    user_id uuid,
    product_id uuid,
    variant_id uuid,
    sku text,
    brand text,
    model text,
    colorway text,
    category text,
    size text,
    size_uk numeric,
    condition text,
    status public.item_status default 'active',
    location text,
    notes text,
    tags text[],
    image_url text,
    place_of_purchase text,
    order_number text,
    platform text,
    purchase_price numeric(10, 2),
    purchase_total numeric(10, 2),
    tax numeric(10, 2),
    shipping numeric(10, 2),
    sold_price numeric(12, 2),
    sold_date timestamptz,
    sale_platform text,
    sale_fees numeric(12, 2) default 0,
    sale_shipping numeric(12, 2) default 0,
    purchase_currency text default 'GBP',
    purchase_date date default current_date,
    purchase_base_ccy text,
    purchase_fx_rate numeric(12, 6),
    purchase_amount_base numeric(10, 2),
    purchase_fx_source text default 'auto',
    sale_price numeric(10, 2),
    sale_date date,
    sales_fee numeric(10, 2),
    sale_currency text default 'GBP',
    sale_base_ccy text,
    sale_fx_rate numeric(12, 6),
    sale_amount_base numeric(10, 2),
    sale_fx_source text default 'auto',
    source text default 'manual',
    source_id text,
    catalog_id uuid,
    custom_market_value numeric(10, 2),
    market_last_sale numeric(10, 2),
    market_lowest_ask numeric(10, 2),
    market_highest_bid numeric(10, 2),
    market_currency text,
    market_as_of timestamptz,
    retail_price numeric(10, 2),
    retail_currency text,
    release_date date,
    style_id text,
    status_new text,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    deleted_at timestamptz,
    primary key (id),
    foreign key (catalog_id) references public.product_catalog (id),
    foreign key (product_id) references public.products (id),
    foreign key (variant_id) references public.product_variants (id)
);

create table public.market_prices (
    id bigserial,
    provider text not null,
    sku text not null,
    size_uk text,
    currency text not null,
    ask numeric,
    bid numeric,
    last_sale numeric,
    as_of timestamptz not null,
    meta jsonb default '{}',
    primary key (id),
    check (provider in ('stockx', 'alias', 'ebay', 'seed'))
);

create table public.stockx_market_prices (
    id uuid not null default gen_random_uuid(),
    sku text not null,
    size text not null,
    currency text not null default 'USD',
    lowest_ask numeric(10, 2),
    highest_bid numeric(10, 2),
    last_sale numeric(10, 2),
    average_price numeric(10, 2),
    volatility numeric(5, 4),
    sales_last_72h integer default 0,
    as_of timestamptz not null default now(),
    source text not null default 'stockx',
    meta jsonb,
    created_at timestamptz not null default now(),
    primary key (id)
);

create table public.stockx_products (
    id uuid not null default gen_random_uuid(),
    stockx_product_id text not null,
    style_id text not null,
    title text not null,
    brand text not null,
    description text,
    colorway text,
    retail_price numeric(10, 2),
    release_date text,
    image_url text,
    thumb_url text,
    category text,
    gender text,
    condition text,
    traits jsonb,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    last_synced_at timestamptz not null default now(),
    silhouette text,
    primary key (id),
    unique (stockx_product_id)
);

create table public.stockx_variants (
    id uuid not null default gen_random_uuid(),
    stockx_variant_id text not null,
    stockx_product_id text not null,
    product_id uuid not null,
    variant_value text not null,
    gtins text[],
    hidden boolean default false,
    size_chart jsonb,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    last_synced_at timestamptz not null default now(),
    size_display text,
    primary key (id),
    foreign key (stockx_product_id)
    references public.stockx_products (stockx_product_id) on delete cascade,
    foreign key (product_id) references public.stockx_products (id) on delete cascade,
    unique (stockx_product_id, variant_value),
    unique (stockx_variant_id)
);

create table public.stockx_market_snapshots (
    id uuid not null default gen_random_uuid(),
    stockx_product_id text not null,
    stockx_variant_id text not null,
    product_id uuid not null,
    variant_id uuid not null,
    currency_code text not null default 'USD',
    last_sale_price numeric(10, 2),
    sales_last_72_hours integer,
    total_sales_volume integer,
    lowest_ask numeric(10, 2),
    highest_bid numeric(10, 2),
    average_deadstock_price numeric(10, 2),
    volatility numeric(5, 2),
    price_premium numeric(5, 2),
    snapshot_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    primary key (id),
    foreign key (product_id) references public.stockx_products (id) on delete cascade,
    foreign key (variant_id) references public.stockx_variants (id) on delete cascade
);

create table public.inventory_v4_stockx_products (
    stockx_product_id uuid not null,
    brand text not null,
    title text not null,
    style_id text not null,
    product_type text not null,
    url_key text not null,
    colorway text,
    gender text,
    release_date date,
    retail_price numeric(12, 2),
    is_flex_eligible boolean not null default false,
    is_direct_eligible boolean not null default false,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    primary key (stockx_product_id)
);

create table public.inventory_v4_stockx_variants (
    stockx_variant_id uuid not null,
    stockx_product_id uuid not null,
    variant_name text not null,
    variant_value text not null,
    size_chart jsonb not null,
    gtins jsonb not null default '[]',
    is_flex_eligible boolean not null default false,
    is_direct_eligible boolean not null default false,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    primary key (stockx_variant_id),
    foreign key (stockx_product_id)
    references public.inventory_v4_stockx_products (stockx_product_id)
    on delete cascade
);

create table public.inventory_v4_stockx_market_data (
    stockx_variant_id uuid not null,
    currency_code text not null default 'GBP',
    highest_bid numeric(12, 2),
    lowest_ask numeric(12, 2),
    flex_lowest_ask numeric(12, 2),
    earn_more numeric(12, 2),
    sell_faster numeric(12, 2),
    standard_market_data jsonb,
    flex_market_data jsonb,
    direct_market_data jsonb,
    updated_at timestamptz not null default now(),
    expires_at timestamptz not null default (now() + interval '24 hours'),
    primary key (stockx_variant_id, currency_code),
    foreign key (stockx_variant_id)
    references public.inventory_v4_stockx_variants (stockx_variant_id)
    on delete cascade
);

create table public.inventory_v4_stockx_price_history (
    id bigserial,
    stockx_variant_id uuid not null,
    currency_code text not null default 'GBP',
    highest_bid numeric(12, 2),
    lowest_ask numeric(12, 2),
    recorded_at timestamptz default now(),
    snapshot_date date default current_date,
    primary key (id),
    foreign key (stockx_variant_id)
    references public.inventory_v4_stockx_variants (stockx_variant_id)
    on delete cascade
);
create unique index stockx_price_history_daily_key
on public.inventory_v4_stockx_price_history (
    stockx_variant_id, currency_code, snapshot_date
);

create table public.inventory_v4_alias_products (
    alias_catalog_id text not null,
    brand text not null,
    name text not null,
    nickname text,
    sku text not null,
    colorway text,
    gender text,
    product_category text not null,
    product_type text not null,
    release_date timestamptz,
    retail_price_cents integer,
    size_unit text not null,
    allowed_sizes jsonb not null default '[]',
    minimum_listing_price_cents integer,
    maximum_listing_price_cents integer,
    main_picture_url text,
    requested_pictures jsonb default '[]',
    requires_listing_pictures boolean not null default false,
    resellable boolean not null default true,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    primary key (alias_catalog_id)
);

create table public.inventory_v4_alias_variants (
    id bigserial,
    alias_catalog_id text not null,
    size_value numeric(6, 2) not null,
    size_display text not null,
    size_unit text not null,
    consigned boolean not null default false,
    region_id text not null default '1',
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    primary key (id),
    check (region_id in ('1', '2', '3')),
    foreign key (alias_catalog_id)
    references public.inventory_v4_alias_products (alias_catalog_id)
    on delete cascade,
    unique (alias_catalog_id, size_value, consigned, region_id)
);

create table public.inventory_v4_alias_market_data (
    alias_variant_id bigint not null,
    lowest_ask numeric(12, 2),
    highest_bid numeric(12, 2),
    last_sale_price numeric(12, 2),
    global_indicator_price numeric(12, 2),
    currency_code text not null default 'USD',
    ask_count integer,
    bid_count integer,
    sales_last_72h integer,
    sales_last_30d integer,
    total_sales_volume integer,
    updated_at timestamptz not null default now(),
    expires_at timestamptz not null default (now() + interval '24 hours'),
    primary key (alias_variant_id),
    check (
        (lowest_ask is null or lowest_ask >= 0)
        and (highest_bid is null or highest_bid >= 0)
        and (last_sale_price is null or last_sale_price >= 0)
        and (global_indicator_price is null or global_indicator_price >= 0)
    ),
    foreign key (alias_variant_id)
    references public.inventory_v4_alias_variants (id) on delete cascade
);

create table public.inventory_v4_alias_price_history (
    id bigserial,
    alias_variant_id bigint not null,
    currency_code text not null default 'USD',
    lowest_ask numeric(12, 2),
    highest_bid numeric(12, 2),
    last_sale_price numeric(12, 2),
    global_indicator_price numeric(12, 2),
    recorded_at timestamptz default now(),
    primary key (id),
    foreign key (alias_variant_id)
    references public.inventory_v4_alias_variants (id) on delete cascade
);

create table public.inventory_v4_alias_sales_history (
    id bigserial,
    alias_catalog_id text not null,
    size_value numeric(6, 2) not null,
    price numeric(12, 2) not null,
    purchased_at timestamptz not null,
    consigned boolean not null,
    region_id text not null default '1',
    currency_code text not null default 'USD',
    recorded_at timestamptz default now(),
    primary key (id),
    foreign key (alias_catalog_id)
    references public.inventory_v4_alias_products (alias_catalog_id)
    on delete cascade
);

create table public.inventory_v4_style_catalog (
    style_id text not null,
    brand text,
    name text,
    nickname text,
    colorway text,
    gender text,
    product_category text,
    release_date date,
    retail_price_cents integer,
    primary_image_url text,
    stockx_product_id uuid,
    stockx_url_key text,
    alias_catalog_id text,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    last_synced_at timestamptz,
    primary key (style_id)
);
create unique index style_catalog_stockx_product_id_key
on public.inventory_v4_style_catalog (stockx_product_id)
where stockx_product_id is not null;
create unique index style_catalog_alias_catalog_id_key
on public.inventory_v4_style_catalog (alias_catalog_id)
where alias_catalog_id is not null;

create table public.master_market_data (
    id uuid not null default gen_random_uuid(),
    provider text not null,
    provider_source text not null,
    provider_product_id text,
    provider_variant_id text,
    sku text,
    size_key text not null,
    size_numeric numeric(6, 2),
    size_system text default 'US',
    currency_code text not null,
    base_currency_code text,
    fx_rate numeric(12, 6),
    region_code text,
    lowest_ask numeric(12, 4),
    highest_bid numeric(12, 4),
    last_sale_price numeric(12, 4),
    lowest_ask_base numeric(12, 4),
    highest_bid_base numeric(12, 4),
    last_sale_price_base numeric(12, 4),
    spread_absolute numeric(12, 4) generated always as (
        lowest_ask - highest_bid
    ) stored,
    spread_percentage numeric(8, 3) generated always as (
        case when lowest_ask > 0 then (lowest_ask - highest_bid) / lowest_ask * 100 end
    ) stored,
    sales_last_72h integer,
    sales_last_7d integer,
    sales_last_30d integer,
    total_sales_volume integer,
    ask_count integer,
    bid_count integer,
    average_deadstock_price numeric(12, 4),
    volatility numeric(8, 4),
    price_premium numeric(8, 4),
    global_indicator_price numeric(12, 4),
    ebay_sold_count_30d integer,
    ebay_avg_shipping numeric(12, 4),
    snapshot_at timestamptz not null,
    ingested_at timestamptz not null default now(),
    raw_snapshot_id uuid,
    raw_snapshot_provider text,
    raw_response_excerpt jsonb,
    created_at timestamptz not null default now(),
    sell_faster_price numeric(12, 4),
    earn_more_price numeric(12, 4),
    beat_us_price numeric(12, 4),
    is_flex boolean default false,
    is_consigned boolean default false,
    flex_eligible boolean,
    consignment_fee_pct numeric(5, 2),
    primary key (id),
    check (provider in ('stockx', 'alias', 'ebay', 'manual'))
);
create unique index idx_master_market_unique_snapshot on public.master_market_data (
    provider,
    provider_source,
    coalesce(provider_product_id, '__null__'),
    coalesce(provider_variant_id, '__null__'),
    size_key,
    currency_code,
    coalesce(region_code, 'global'),
    coalesce(is_flex, false),
    coalesce(is_consigned, false),
    snapshot_at
);

create table public.fx_rates (
    as_of date not null,
    gbp_per_usd numeric(12, 6) not null,
    gbp_per_eur numeric(12, 6) not null,
    usd_per_gbp numeric(12, 6) generated always as (1 / gbp_per_usd) stored,
    eur_per_gbp numeric(12, 6) generated always as (1 / gbp_per_eur) stored,
    source text not null default 'manual',
    meta jsonb default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (as_of),
    check (gbp_per_eur > 0),
    check (gbp_per_usd > 0)
);

create table public.stockx_sales (
    id uuid not null default gen_random_uuid(),
    sku text not null,
    size text not null,
    currency text not null default 'USD',
    sale_price numeric(10, 2) not null,
    sold_at timestamptz not null,
    meta jsonb,
    created_at timestamptz not null default now(),
    primary key (id)
);

create table public.size_conversions (
    id uuid not null default gen_random_uuid(),
    category text not null,
    gender text not null,
    us_size numeric(5, 1) not null,
    uk_size numeric(5, 1),
    eu_size numeric(5, 1),
    jp_size numeric(5, 1),
    us_display text not null,
    uk_display text,
    eu_display text,
    jp_display text,
    created_at timestamptz not null default now(),
    primary key (id),
    check (category in ('sneakers', 'apparel', 'accessories')),
    check (gender in ('men', 'women', 'youth', 'infant', 'unisex'))
);
create unique index size_conversions_us_size_key
on public.size_conversions (category, gender, us_size);

create view public.stockx_latest_prices as
select distinct on (sku, size, currency)
    sku,
    size,
    currency,
    lowest_ask,
    highest_bid,
    last_sale,
    average_price,
    volatility,
    sales_last_72h,
    as_of,
    source
from public.stockx_market_prices
order by sku asc, size asc, currency asc, as_of desc;

-- Create what the readers of whole market states, offers and company data return.
-- depends: 0019_create_partitioned_tables
create type integration.market_observation as (
    product_id uuid,
    variant_id uuid,
    provider text,
    provider_source text,
    provider_product_id text,
    provider_variant_id text,
    style_code text,
    size_label text,
    size_region text,
    region text,
    channel text,
    condition text,
    currency text,
    snapshot_at timestamptz,
    lowest_ask_cents bigint,
    highest_bid_cents bigint,
    last_sale_cents bigint,
    last_sale_at timestamptz,
    average_price_cents bigint,
    minimum_price_cents bigint,
    maximum_price_cents bigint,
    sell_faster_cents bigint,
    earn_more_cents bigint,
    beat_us_cents bigint,
    retail_price_cents bigint,
    ask_count integer,
    bid_count integer,
    sales_count_72_hours integer,
    sales_count_total bigint,
    volatility numeric,
    price_premium numeric,
    details jsonb,
    origin text,
    path text,
    reject_reason text
);
comment on type integration.market_observation is
'What integration.market_snapshots holds of one moment, as far as a provider says it.
path and reject_reason: where it stands in its payload, and why it cannot be used, else
null.';

create type integration.offer_observation as (
    product_id uuid,
    variant_id uuid,
    provider text,
    region text,
    channel text,
    condition text,
    packaging text,
    size_label text,
    currency text,
    price_cents bigint,
    offer_count integer,
    snapshot_at timestamptz,
    path text,
    reject_reason text
);
comment on type integration.offer_observation is
'How many offers stood at one price. path and reject_reason: where it stands in its
payload, and why it cannot be used, else null.';

create type equities.profile_observation as (
    symbol text,
    company_name text,
    description text,
    exchange text,
    exchange_name text,
    sector text,
    industry text,
    country_code text,
    currency text,
    cik text,
    isin text,
    cusip text,
    ceo text,
    employee_count bigint,
    website text,
    phone text,
    address text,
    city text,
    state text,
    postal_code text,
    image_url text,
    has_default_image boolean,
    ipo_date date,
    is_etf boolean,
    is_fund boolean,
    is_adr boolean,
    is_actively_trading boolean,
    beta numeric,
    last_dividend_cents numeric,
    average_volume bigint,
    observed_at timestamptz,
    origin text,
    path text,
    reject_reason text
);
comment on type equities.profile_observation is
'What a provider says of the company or fund behind a symbol. path and reject_reason:
where it stands in its payload, and why it cannot be used, else null.';

create type equities.figures_observation as (
    subject text,
    data_type text,
    period text,
    as_of_date date,
    currency text,
    figures jsonb,
    observed_at timestamptz,
    origin text,
    path text,
    reject_reason text
);
comment on type equities.figures_observation is
'What a provider says of a subject in a period. path and reject_reason: where it stands
in its payload, and why it cannot be used, else null.';

alter type integration.sale_observation
add attribute external_id text,
add attribute shipping_cents bigint,
add attribute details jsonb;

-- Create whole market states, offers, barcodes, and what is known of a company.
-- depends: 0014_create_pricing_tables
-- allow: references_existing_table, they are locked for a moment only
-- allow: several_foreign_keys, what it refers to is small
-- A check constraint calls it, so it belongs to the tables and is no repeatable object.
create function products.is_gtin(p_text text)
returns boolean
language sql immutable strict parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select
        p_text ~ '^([0-9]{8}|[0-9]{12,14})$'
        and 0 = (
            select
                sum(
                    substr(lpad(p_text, 14, '0'), place.number, 1)::integer
                    * case when place.number % 2 = 1 then 3 else 1 end
                ) % 10
            from generate_series(1, 14) as place (number)
        );
$function$;
comment on function products.is_gtin(text) is
'Whether a text is a barcode number (GTIN): 8, 12, 13 or 14 digits, the last of which is
the check digit of the others.';

create table products.gtins (
    product_id uuid not null,
    id uuid not null default gen_random_uuid(),
    gtin text not null,
    variant_id uuid,
    source text not null,
    created_at timestamptz not null default now(),
    constraint gtins_pkey primary key (product_id, id),
    constraint gtins_gtin_product_id_variant_id_key
    unique nulls not distinct (gtin, product_id, variant_id),
    constraint gtins_product_id_fkey
    foreign key (product_id) references products.products (id) on delete cascade,
    constraint gtins_variant_id_fkey
    foreign key (product_id, variant_id)
    references products.variants (product_id, id) on delete cascade,
    constraint gtins_gtin_has_14_digits_and_the_right_last_one
    check (gtin ~ '^[0-9]{14}$' and products.is_gtin(gtin))
);
create index gtins_product_id_variant_id_idx
on products.gtins (product_id, variant_id);
comment on table products.gtins is
'The barcodes of a product or variant. Two products may have the same one: providers
list a product twice.';
comment on column products.gtins.product_id is 'Product.';
comment on column products.gtins.id is 'Key within the product.';
comment on column products.gtins.gtin is
'Barcode number with leading zeros, so that UPC, EAN and ITF-14 compare.';
comment on column products.gtins.variant_id is 'Variant; null: of the whole product.';
comment on column products.gtins.source is 'Who stated it.';
comment on column products.gtins.created_at is 'When it was first stated.';

create table products.product_colors (
    product_id uuid not null,
    color_id uuid not null,
    position integer not null default 1,
    constraint product_colors_pkey primary key (product_id, color_id),
    constraint product_colors_product_id_fkey
    foreign key (product_id) references products.products (id) on delete cascade,
    constraint product_colors_color_id_fkey
    foreign key (color_id) references core.colors (id),
    constraint product_colors_position_is_positive check (position > 0)
);
create index product_colors_color_id_idx on products.product_colors (color_id);
comment on table products.product_colors is 'Which colours a product has.';
comment on column products.product_colors.product_id is 'Product.';
comment on column products.product_colors.color_id is 'Colour.';
comment on column products.product_colors.position is
'Place among them, 1 the main one.';

create table products.product_materials (
    product_id uuid not null,
    material_id uuid not null,
    constraint product_materials_pkey primary key (product_id, material_id),
    constraint product_materials_product_id_fkey
    foreign key (product_id) references products.products (id) on delete cascade,
    constraint product_materials_material_id_fkey
    foreign key (material_id) references core.materials (id)
);
create index product_materials_material_id_idx
on products.product_materials (material_id);
comment on table products.product_materials is 'Which materials a product is made of.';
comment on column products.product_materials.product_id is 'Product.';
comment on column products.product_materials.material_id is 'Material.';

create table integration.market_snapshots (
    product_id uuid not null,
    id uuid not null default system.uuid_v7(),
    snapshot_at timestamptz not null,
    ingested_at timestamptz not null default clock_timestamp(),
    variant_id uuid,
    provider text not null,
    provider_source text not null default '',
    provider_product_id text,
    provider_variant_id text,
    style_code text,
    size_label text,
    size_region text,
    region text not null,
    channel text not null default 'standard',
    condition text not null default 'new',
    packaging text,
    currency char(3) not null,
    lowest_ask_cents bigint,
    highest_bid_cents bigint,
    last_sale_cents bigint,
    last_sale_at timestamptz,
    average_price_cents bigint,
    minimum_price_cents bigint,
    maximum_price_cents bigint,
    median_price_cents bigint,
    upper_quartile_price_cents bigint,
    global_indicator_cents bigint,
    sell_faster_cents bigint,
    earn_more_cents bigint,
    beat_us_cents bigint,
    retail_price_cents bigint,
    average_shipping_cents bigint,
    spread_cents bigint generated always as (
        lowest_ask_cents - highest_bid_cents
    ) stored,
    spread_percent numeric(24, 3) generated always as (
        round(
            (lowest_ask_cents - highest_bid_cents) * 100.0
            / nullif(lowest_ask_cents, 0),
            3
        )
    ) stored,
    ask_count integer,
    bid_count integer,
    sales_count_72_hours integer,
    sales_count_7_days integer,
    sales_count_30_days integer,
    sales_count_total bigint,
    listing_count integer,
    volatility numeric(10, 4),
    price_premium numeric(10, 4),
    liquidity_score integer,
    data_quality numeric(3, 2),
    is_flex_eligible boolean,
    consignment_fee_percent numeric(5, 2),
    base_currency char(3),
    fx_rate numeric(18, 8),
    lowest_ask_base_cents bigint,
    highest_bid_base_cents bigint,
    last_sale_base_cents bigint,
    raw_snapshot_id uuid,
    details jsonb not null default '{}',
    origin text not null,
    constraint market_snapshots_pkey primary key (product_id, id, snapshot_at),
    constraint market_snapshots_natural_key
    unique nulls not distinct (
        product_id, variant_id, provider, provider_source, region, channel,
        condition, currency, snapshot_at
    ),
    constraint market_snapshots_product_id_fkey
    foreign key (product_id) references products.products (id) on delete cascade,
    constraint market_snapshots_variant_id_fkey
    foreign key (product_id, variant_id) references products.variants (product_id, id),
    constraint market_snapshots_channel_is_known
    check (channel in ('standard', 'flex', 'direct', 'consigned')),
    constraint market_snapshots_condition_is_known
    check (condition in ('new', 'used', 'new_with_defects')),
    constraint market_snapshots_currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
    constraint market_snapshots_base_currency_is_a_code
    check (base_currency ~ '^[A-Z]{3}$'),
    constraint market_snapshots_prices_are_positive
    check (
        0 < least(
            lowest_ask_cents, highest_bid_cents, last_sale_cents,
            average_price_cents, minimum_price_cents, maximum_price_cents,
            median_price_cents, upper_quartile_price_cents, global_indicator_cents,
            sell_faster_cents, earn_more_cents, beat_us_cents, retail_price_cents,
            lowest_ask_base_cents, highest_bid_base_cents, last_sale_base_cents
        )
    ),
    constraint market_snapshots_counts_are_not_negative
    check (
        0 <= least(
            ask_count, bid_count, sales_count_72_hours, sales_count_7_days,
            sales_count_30_days, sales_count_total, listing_count,
            average_shipping_cents
        )
    ),
    constraint market_snapshots_minimum_is_not_above_the_maximum
    check (minimum_price_cents <= maximum_price_cents),
    constraint market_snapshots_volatility_is_not_negative check (volatility >= 0),
    constraint market_snapshots_price_premium_is_above_minus_one
    check (price_premium >= -1),
    constraint market_snapshots_liquidity_score_is_between_0_and_100
    check (liquidity_score between 0 and 100),
    constraint market_snapshots_data_quality_is_between_0_and_1
    check (data_quality between 0 and 1),
    constraint market_snapshots_consignment_fee_percent_is_a_percentage
    check (consignment_fee_percent between 0 and 100),
    constraint market_snapshots_fx_rate_is_positive check (fx_rate > 0),
    constraint market_snapshots_base_amounts_have_a_currency
    check (
        base_currency is not null
        or num_nonnulls(
            lowest_ask_base_cents, highest_bid_base_cents, last_sale_base_cents
        ) = 0
    ),
    constraint market_snapshots_details_is_an_object
    check (jsonb_typeof(details) = 'object')
) partition by range (snapshot_at);
comment on table integration.market_snapshots is
'All that a provider said of the market of a product in a size at one moment; a month
a partition.';
comment on column integration.market_snapshots.product_id is 'Product.';
comment on column integration.market_snapshots.id is
'Key within the product, time-ordered.';
comment on column integration.market_snapshots.snapshot_at is
'When it was so; the partition key.';
comment on column integration.market_snapshots.ingested_at is 'When we wrote it down.';
comment on column integration.market_snapshots.variant_id is
'The product in its size; null: all sizes, or not known.';
comment on column integration.market_snapshots.provider is 'Who said it.';
comment on column integration.market_snapshots.provider_source is
'Which of its answers, e.g. market_data; empty: not told.';
comment on column integration.market_snapshots.provider_product_id is
'What it calls the product.';
comment on column integration.market_snapshots.provider_variant_id is
'What it calls the variant.';
comment on column integration.market_snapshots.style_code is 'Style code as delivered.';
comment on column integration.market_snapshots.size_label is 'Size as delivered.';
comment on column integration.market_snapshots.size_region is
'Scale that the label is read on, e.g. US.';
comment on column integration.market_snapshots.region is 'Market, e.g. global, US, UK.';
comment on column integration.market_snapshots.channel is
'standard, flex, direct or consigned.';
comment on column integration.market_snapshots.condition is
'new, used, new_with_defects.';
comment on column integration.market_snapshots.packaging is
'State of the box, in the words of the provider.';
comment on column integration.market_snapshots.currency is
'Currency of all amounts but those in base_currency, ISO 4217.';
comment on column integration.market_snapshots.lowest_ask_cents is 'Lowest ask, cents.';
comment on column integration.market_snapshots.highest_bid_cents is
'Highest bid, cents; above the lowest ask in real data at times.';
comment on column integration.market_snapshots.last_sale_cents is 'Last sale, cents.';
comment on column integration.market_snapshots.last_sale_at is 'When that was.';
comment on column integration.market_snapshots.average_price_cents is
'Average price of new ones, cents.';
comment on column integration.market_snapshots.minimum_price_cents is
'Lowest price in the provider''s period, cents.';
comment on column integration.market_snapshots.maximum_price_cents is
'Highest price in it, cents.';
comment on column integration.market_snapshots.median_price_cents is
'Median price in it, cents.';
comment on column integration.market_snapshots.upper_quartile_price_cents is
'Price that three quarters of the offers stay below, cents.';
comment on column integration.market_snapshots.global_indicator_cents is
'What the provider takes it to be worth anywhere, cents.';
comment on column integration.market_snapshots.sell_faster_cents is
'Price that it proposes to sell at soon, cents.';
comment on column integration.market_snapshots.earn_more_cents is
'Price that it proposes to sell at for more, cents.';
comment on column integration.market_snapshots.beat_us_cents is
'Price that would be the lowest in the United States, cents.';
comment on column integration.market_snapshots.retail_price_cents is
'Retail price, cents.';
comment on column integration.market_snapshots.average_shipping_cents is
'Shipping on average, cents.';
comment on column integration.market_snapshots.spread_cents is
'Lowest ask less highest bid, cents.';
comment on column integration.market_snapshots.spread_percent is
'The same, percent of the lowest ask.';
comment on column integration.market_snapshots.ask_count is 'Asks.';
comment on column integration.market_snapshots.bid_count is 'Bids.';
comment on column integration.market_snapshots.sales_count_72_hours is
'Sales in the last 72 hours.';
comment on column integration.market_snapshots.sales_count_7_days is
'Sales in the last 7 days.';
comment on column integration.market_snapshots.sales_count_30_days is
'Sales in the last 30 days.';
comment on column integration.market_snapshots.sales_count_total is 'Sales ever.';
comment on column integration.market_snapshots.listing_count is
'Listings that the provider counted.';
comment on column integration.market_snapshots.volatility is
'Standard deviation of the price by its mean, as stated.';
comment on column integration.market_snapshots.price_premium is
'Price above retail by retail, as stated; negative below it.';
comment on column integration.market_snapshots.liquidity_score is
'How fast it sells, 0 to 100, as stated.';
comment on column integration.market_snapshots.data_quality is
'How far the provider trusts its own data, 0 to 1.';
comment on column integration.market_snapshots.is_flex_eligible is
'Whether it may be sold from the provider''s store.';
comment on column integration.market_snapshots.consignment_fee_percent is
'What the provider keeps of a consigned one, percent.';
comment on column integration.market_snapshots.base_currency is
'Currency of the books, where amounts were converted.';
comment on column integration.market_snapshots.fx_rate is
'Units of base_currency for one of currency, as used.';
comment on column integration.market_snapshots.lowest_ask_base_cents is
'Lowest ask in base_currency, cents.';
comment on column integration.market_snapshots.highest_bid_base_cents is
'Highest bid in base_currency, cents.';
comment on column integration.market_snapshots.last_sale_base_cents is
'Last sale in base_currency, cents.';
comment on column integration.market_snapshots.raw_snapshot_id is
'Payload that it was read from; those are kept for a shorter time.';
comment on column integration.market_snapshots.details is
'JSON object: what else the provider said.';
comment on column integration.market_snapshots.origin is 'What wrote it.';

create table integration.offer_histograms (
    product_id uuid not null,
    id uuid not null default system.uuid_v7(),
    variant_id uuid,
    provider text not null,
    region text not null,
    channel text not null default 'standard',
    condition text not null default 'new',
    packaging text not null default '',
    size_label text,
    currency char(3) not null,
    price_cents bigint not null,
    offer_count integer not null,
    snapshot_at timestamptz not null,
    raw_snapshot_id uuid,
    created_at timestamptz not null default now(),
    constraint offer_histograms_pkey primary key (product_id, id),
    constraint offer_histograms_natural_key
    unique nulls not distinct (
        product_id, variant_id, provider, region, channel, condition, packaging,
        currency, snapshot_at, price_cents
    ),
    constraint offer_histograms_product_id_fkey
    foreign key (product_id) references products.products (id) on delete cascade,
    constraint offer_histograms_variant_id_fkey
    foreign key (product_id, variant_id) references products.variants (product_id, id),
    constraint offer_histograms_channel_is_known
    check (channel in ('standard', 'flex', 'direct', 'consigned')),
    constraint offer_histograms_condition_is_known
    check (condition in ('new', 'used', 'new_with_defects')),
    constraint offer_histograms_currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
    constraint offer_histograms_price_is_positive check (price_cents > 0),
    constraint offer_histograms_offer_count_is_not_negative check (offer_count >= 0)
);
comment on table integration.offer_histograms is
'How many offers stood at which price, for a product in a size at one moment.';
comment on column integration.offer_histograms.product_id is 'Product.';
comment on column integration.offer_histograms.id is
'Key within the product, time-ordered.';
comment on column integration.offer_histograms.variant_id is
'The product in its size; null: the size is not known.';
comment on column integration.offer_histograms.provider is 'Who said it.';
comment on column integration.offer_histograms.region is 'Market, e.g. global, US, UK.';
comment on column integration.offer_histograms.channel is
'standard, flex, direct or consigned.';
comment on column integration.offer_histograms.condition is
'new, used, new_with_defects.';
comment on column integration.offer_histograms.packaging is
'State of the box, in the words of the provider.';
comment on column integration.offer_histograms.size_label is 'Size as delivered.';
comment on column integration.offer_histograms.currency is 'ISO 4217.';
comment on column integration.offer_histograms.price_cents is 'Price offered, cents.';
comment on column integration.offer_histograms.offer_count is 'Offers at that price.';
comment on column integration.offer_histograms.snapshot_at is 'When it was so.';
comment on column integration.offer_histograms.raw_snapshot_id is
'Payload that it was read from; those are kept for a shorter time.';
comment on column integration.offer_histograms.created_at is 'When we wrote it down.';

create table equities.profiles (
    symbol text not null,
    company_name text,
    display_name text,
    description text,
    exchange_name text,
    sector text,
    industry text,
    country_code text,
    currency char(3) not null,
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
    has_default_image boolean not null default false,
    ipo_date date,
    is_etf boolean not null default false,
    is_fund boolean not null default false,
    is_adr boolean not null default false,
    is_actively_trading boolean not null default true,
    beta numeric(12, 6),
    last_dividend_cents numeric(24, 6),
    average_volume bigint,
    observed_at timestamptz not null,
    origin text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint profiles_pkey primary key (symbol),
    constraint profiles_symbol_fkey
    foreign key (symbol) references equities.symbols (symbol) on delete cascade,
    constraint profiles_country_code_is_a_code check (country_code ~ '^[A-Z]{2}$'),
    constraint profiles_currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
    constraint profiles_isin_is_an_isin check (isin ~ '^[A-Z]{2}[A-Z0-9]{9}[0-9]$'),
    constraint profiles_employee_count_is_not_negative check (employee_count >= 0),
    constraint profiles_last_dividend_is_not_negative check (last_dividend_cents >= 0),
    constraint profiles_average_volume_is_not_negative check (average_volume >= 0)
);
comment on table equities.profiles is
'What is known of the company or fund behind a symbol.';
comment on column equities.profiles.symbol is 'Symbol.';
comment on column equities.profiles.company_name is 'Its name.';
comment on column equities.profiles.display_name is
'The same for people, without its legal form.';
comment on column equities.profiles.description is 'What it does.';
comment on column equities.profiles.exchange_name is 'Exchange in full.';
comment on column equities.profiles.sector is 'Sector, as the provider words it.';
comment on column equities.profiles.industry is 'Industry, as the provider words it.';
comment on column equities.profiles.country_code is 'ISO 3166-1 alpha-2.';
comment on column equities.profiles.currency is
'Currency of all amounts of this row, ISO 4217.';
comment on column equities.profiles.cik is 'Number at the SEC.';
comment on column equities.profiles.isin is 'ISO 6166.';
comment on column equities.profiles.cusip is 'CUSIP.';
comment on column equities.profiles.ceo is 'Who leads it.';
comment on column equities.profiles.employee_count is 'People it employs.';
comment on column equities.profiles.website is 'As delivered.';
comment on column equities.profiles.phone is 'As delivered.';
comment on column equities.profiles.address is 'Street and number.';
comment on column equities.profiles.city is 'City.';
comment on column equities.profiles.state is 'State.';
comment on column equities.profiles.postal_code is 'Postal code.';
comment on column equities.profiles.image_url is 'Its logo.';
comment on column equities.profiles.has_default_image is 'Whether that is a stand-in.';
comment on column equities.profiles.ipo_date is 'First day of trading.';
comment on column equities.profiles.is_etf is 'Whether it is an exchange-traded fund.';
comment on column equities.profiles.is_fund is 'Whether it is a fund.';
comment on column equities.profiles.is_adr is 'Whether it is a depositary receipt.';
comment on column equities.profiles.is_actively_trading is 'Whether it is traded.';
comment on column equities.profiles.beta is 'Its moves by those of the market.';
comment on column equities.profiles.last_dividend_cents is
'Last dividend per share, cents and parts of them.';
comment on column equities.profiles.average_volume is
'Pieces traded in a day, on average.';
comment on column equities.profiles.observed_at is 'When the provider said so.';
comment on column equities.profiles.origin is 'What wrote it last.';
comment on column equities.profiles.created_at is 'When it was first written.';
comment on column equities.profiles.updated_at is 'Last change.';

create table equities.fundamentals (
    subject text not null,
    id uuid not null default system.uuid_v7(),
    data_type text not null,
    period text not null default '',
    as_of_date date,
    currency char(3),
    figures jsonb not null,
    observed_at timestamptz not null,
    origin text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint fundamentals_pkey primary key (subject, id),
    constraint fundamentals_natural_key
    unique nulls not distinct (subject, data_type, as_of_date, period),
    constraint fundamentals_data_type_is_lower_case_words
    check (data_type ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint fundamentals_currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
    constraint fundamentals_figures_is_an_object
    check (jsonb_typeof(figures) = 'object')
);
create index fundamentals_data_type_observed_at_idx
on equities.fundamentals (data_type, observed_at desc);
comment on table equities.fundamentals is
'All other data of a provider about a subject, as a JSON object a period: statements,
ratios, ratings, dividends, filings.';
comment on column equities.fundamentals.subject is
'Symbol, exchange or country that it is about; empty: no single one.';
comment on column equities.fundamentals.id is 'Key within the subject, time-ordered.';
comment on column equities.fundamentals.data_type is
'What it is, e.g. ratios-ttm, dividend-history.';
comment on column equities.fundamentals.period is
'Period, or what tells rows of the same day apart, e.g. FY; empty: nothing does.';
comment on column equities.fundamentals.as_of_date is
'Day that it is for; null: only the latest is kept.';
comment on column equities.fundamentals.currency is
'Currency that the provider reports in, ISO 4217; null: not told.';
comment on column equities.fundamentals.figures is
'JSON object: fields under the names of the provider, amounts in units.';
comment on column equities.fundamentals.observed_at is 'When the provider said so.';
comment on column equities.fundamentals.origin is 'What wrote it last.';
comment on column equities.fundamentals.created_at is 'When it was first written.';
comment on column equities.fundamentals.updated_at is 'Last change.';

-- Create what the providers say, unified: links, prices, sales, raw payloads.
-- depends: 0005_create_sync_tables
-- allow: references_existing_table, what it refers to is new as well
-- allow: several_foreign_keys, what it refers to is new as well
create table integration.product_links (
    provider text not null,
    provider_product_id text not null,
    provider_variant_id text not null default '',
    product_id uuid not null,
    variant_id uuid,
    style_code text,
    title text,
    size_label text,
    match_method text not null,
    match_confidence numeric(3, 2),
    url text,
    affiliate_url text,
    image_url text,
    details jsonb not null default '{}',
    observed_at timestamptz not null,
    origin text not null,
    created_at timestamptz not null default now(),
    constraint product_links_pkey
    primary key (provider, provider_product_id, provider_variant_id),
    constraint product_links_product_id_fkey
    foreign key (product_id) references products.products (id) on delete cascade,
    constraint product_links_variant_id_fkey
    foreign key (product_id, variant_id) references products.variants (product_id, id),
    constraint product_links_variant_matches_its_id
    check ((provider_variant_id = '') = (variant_id is null)),
    constraint product_links_match_method_is_known
    check (match_method in ('new', 'style code', 'parent')),
    constraint product_links_match_confidence_is_a_part_of_one
    check (match_confidence between 0 and 1),
    constraint product_links_details_is_an_object
    check (jsonb_typeof(details) = 'object')
);
create index product_links_product_id_variant_id_idx
on integration.product_links (product_id, variant_id);
create index product_links_provider_provider_variant_id_idx
on integration.product_links (provider, provider_variant_id)
where provider_variant_id <> '';
comment on table integration.product_links is
'What a provider calls a product or variant of ours; one row with an empty variant id
stands for the product itself.';
comment on column integration.product_links.provider is
'Provider, or the legacy system whose key this is.';
comment on column integration.product_links.provider_product_id is 'Its product id.';
comment on column integration.product_links.provider_variant_id is
'Its variant id, empty for the product itself.';
comment on column integration.product_links.product_id is 'Our product.';
comment on column integration.product_links.variant_id is 'Our variant, if it is one.';
comment on column integration.product_links.style_code is 'Style code as delivered.';
comment on column integration.product_links.title is 'Title as delivered.';
comment on column integration.product_links.size_label is 'Size as delivered.';
comment on column integration.product_links.match_method is
'How our product was found: new (it was not), style code, or parent (by its product).';
comment on column integration.product_links.match_confidence is
'How sure it is that our product was found, 0 to 1; null: not stated.';
comment on column integration.product_links.url is 'Where the provider shows it.';
comment on column integration.product_links.affiliate_url is
'The same address, by which we are paid for sending a buyer.';
comment on column integration.product_links.image_url is 'Picture at the provider.';
comment on column integration.product_links.details is
'JSON object: what else the provider says of it, e.g. is_flex_eligible, hidden.';
comment on column integration.product_links.observed_at is 'When the provider said so.';
comment on column integration.product_links.origin is
'Where we have it from; "withdrawn:" and a name when that does not say it any more.';
comment on column integration.product_links.created_at is 'When it was first seen.';

create table integration.price_sources (
    product_id uuid not null,
    id uuid not null default system.uuid_v7(),
    variant_id uuid,
    source text not null,
    price_type text not null,
    condition text not null,
    region text not null,
    channel text not null,
    currency char(3) not null,
    price_cents bigint,
    stock_quantity integer,
    observed_at timestamptz not null,
    changed_at timestamptz,
    origin text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint price_sources_pkey primary key (product_id, id),
    constraint price_sources_product_id_fkey
    foreign key (product_id) references products.products (id) on delete cascade,
    constraint price_sources_variant_id_fkey
    foreign key (product_id, variant_id) references products.variants (product_id, id),
    constraint price_sources_natural_key
    unique nulls not distinct (
        product_id, variant_id, source, price_type, condition, region, channel, currency
    ),
    constraint price_sources_price_type_is_known
    check (
        price_type in (
            'ask', 'bid', 'last_sale', 'average', 'retail', 'indicator',
            'sell_faster', 'earn_more', 'beat_us'
        )
    ),
    constraint price_sources_condition_is_known
    check (condition in ('new', 'used', 'new_with_defects')),
    constraint price_sources_channel_is_known
    check (channel in ('standard', 'flex', 'direct', 'consigned')),
    constraint price_sources_currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
    constraint price_sources_price_is_positive check (price_cents > 0),
    constraint price_sources_stock_quantity_is_not_negative check (stock_quantity >= 0)
) with (fillfactor = 80);
create index price_sources_source_idx on integration.price_sources (source);
comment on table integration.price_sources is
'The current price per product, size, source, price type, condition, region, channel
and currency. Written by integration.record_prices() alone.';
comment on column integration.price_sources.product_id is 'Product.';
comment on column integration.price_sources.id is
'Key within the product, time-ordered.';
comment on column integration.price_sources.variant_id is
'Variant; null: a price of the whole product.';
comment on column integration.price_sources.source is 'Provider that stated it.';
comment on column integration.price_sources.price_type is
'ask, bid, last_sale, average, retail, indicator, sell_faster, earn_more, beat_us.';
comment on column integration.price_sources.condition is 'new, used, new_with_defects.';
comment on column integration.price_sources.region is 'Market, e.g. global, US, UK.';
comment on column integration.price_sources.channel is
'standard, flex, direct or consigned.';
comment on column integration.price_sources.currency is 'ISO 4217.';
comment on column integration.price_sources.price_cents is
'Price in cents; null: there is none at present.';
comment on column integration.price_sources.stock_quantity is 'Pieces, if stated.';
comment on column integration.price_sources.observed_at is
'When it was last seen to be so.';
comment on column integration.price_sources.changed_at is
'When it was first seen to be so: valid_from of its current row in price_history.';
comment on column integration.price_sources.origin is 'What wrote it last.';
comment on column integration.price_sources.created_at is 'First observation.';
comment on column integration.price_sources.updated_at is 'Last change of the price.';

create table integration.price_history (
    product_id uuid not null,
    price_source_id uuid not null,
    valid_from timestamptz not null,
    last_seen_at timestamptz,
    price_cents bigint,
    currency char(3) not null,
    constraint price_history_pkey primary key (product_id, price_source_id, valid_from),
    constraint price_history_price_source_id_fkey
    foreign key (product_id, price_source_id)
    references integration.price_sources (product_id, id) on delete cascade,
    constraint price_history_currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
    constraint price_history_price_is_positive check (price_cents > 0),
    constraint price_history_last_seen_at_is_not_before_valid_from
    check (last_seen_at >= valid_from)
) partition by range (valid_from);
comment on table integration.price_history is
'Every change of a price, from the first observation on; a month a partition.';
comment on column integration.price_history.product_id is 'Product.';
comment on column integration.price_history.price_source_id is 'Whose history it is.';
comment on column integration.price_history.valid_from is
'First observation of this price; the partition key.';
comment on column integration.price_history.last_seen_at is
'Last observation of it; null while it is the current one.';
comment on column integration.price_history.price_cents is
'Price in cents; null: there was none, a fact too.';
comment on column integration.price_history.currency is 'ISO 4217.';

create table integration.market_sales (
    product_id uuid not null,
    variant_id uuid,
    source text not null,
    region text not null,
    channel text not null,
    currency char(3) not null,
    price_cents bigint not null,
    sold_at timestamptz not null,
    occurrence integer not null,
    observed_at timestamptz not null,
    external_id text,
    shipping_cents bigint,
    details jsonb,
    id uuid not null default system.uuid_v7(),
    constraint market_sales_pkey primary key (product_id, id, sold_at),
    constraint market_sales_natural_key
    unique nulls not distinct (
        product_id, variant_id, source, region, channel,
        currency, price_cents, sold_at, occurrence
    ),
    constraint market_sales_product_id_fkey
    foreign key (product_id) references products.products (id) on delete cascade,
    constraint market_sales_variant_id_fkey
    foreign key (product_id, variant_id) references products.variants (product_id, id),
    constraint market_sales_currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
    constraint market_sales_price_is_positive check (price_cents > 0),
    constraint market_sales_shipping_is_not_negative check (shipping_cents >= 0),
    constraint market_sales_details_is_an_object
    check (jsonb_typeof(details) = 'object'),
    constraint market_sales_occurrence_is_positive check (occurrence > 0)
) partition by range (sold_at);
comment on table integration.market_sales is
'Single sales. Equal sales of one answer differ in occurrence, so that a second answer
that shows the same sales adds none; a year a partition.';
comment on column integration.market_sales.product_id is 'Product.';
comment on column integration.market_sales.variant_id is
'Variant, if its size is known.';
comment on column integration.market_sales.source is 'Provider that reported it.';
comment on column integration.market_sales.region is 'Market, e.g. global, US, UK.';
comment on column integration.market_sales.channel is 'standard or consigned.';
comment on column integration.market_sales.currency is 'ISO 4217.';
comment on column integration.market_sales.price_cents is 'Price in cents.';
comment on column integration.market_sales.sold_at is 'When; the partition key.';
comment on column integration.market_sales.occurrence is
'Number among the sales that are equal in all else, from 1.';
comment on column integration.market_sales.observed_at is 'When it was first reported.';
comment on column integration.market_sales.external_id is
'What its provider calls the sale, if it does.';
comment on column integration.market_sales.shipping_cents is
'Shipping that the buyer paid on top, cents, if stated.';
comment on column integration.market_sales.details is
'JSON object: what else was said of it; null: nothing.';
comment on column integration.market_sales.id is
'Key within the product, time-ordered.';

create table integration.raw_snapshots (
    id uuid not null default system.uuid_v7(),
    received_at timestamptz not null default clock_timestamp(),
    provider text not null,
    payload_kind text not null,
    observed_at timestamptz not null,
    context jsonb not null default '{}',
    payload jsonb not null,
    constraint raw_snapshots_pkey primary key (id, received_at)
) partition by range (received_at);
create index raw_snapshots_provider_payload_kind_idx
on integration.raw_snapshots (provider, payload_kind, observed_at desc);
comment on table integration.raw_snapshots is
'Every payload as it came; a day a partition.';
comment on column integration.raw_snapshots.id is 'Time-ordered key.';
comment on column integration.raw_snapshots.received_at is
'When it was stored; the partition key.';
comment on column integration.raw_snapshots.provider is 'Who said it.';
comment on column integration.raw_snapshots.payload_kind is 'Which parser reads it.';
comment on column integration.raw_snapshots.observed_at is 'When it was said.';
comment on column integration.raw_snapshots.context is
'JSON object: what only the request says, e.g. currency and subject.';
comment on column integration.raw_snapshots.payload is 'The payload.';

create table integration.rejected_payloads (
    id uuid not null default system.uuid_v7(),
    raw_snapshot_id uuid not null,
    provider text not null,
    payload_kind text not null,
    path text not null,
    reason text not null,
    value jsonb,
    rejected_at timestamptz not null default clock_timestamp(),
    constraint rejected_payloads_pkey primary key (id)
);
create index rejected_payloads_provider_payload_kind_idx
on integration.rejected_payloads (provider, payload_kind, rejected_at desc);
comment on table integration.rejected_payloads is 'Each item that could not be read.';
comment on column integration.rejected_payloads.id is 'Time-ordered key.';
comment on column integration.rejected_payloads.raw_snapshot_id is
'Payload it came in; raw payloads are kept for a shorter time, hence no foreign key.';
comment on column integration.rejected_payloads.provider is 'Who said it.';
comment on column integration.rejected_payloads.payload_kind is 'Which parser read it.';
comment on column integration.rejected_payloads.path is
'Where in the payload it stands.';
comment on column integration.rejected_payloads.reason is 'Why it could not be read.';
comment on column integration.rejected_payloads.value is 'The item.';
comment on column integration.rejected_payloads.rejected_at is 'When.';

create table integration.fx_rates (
    base_currency char(3) not null,
    quote_currency char(3) not null,
    as_of_date date not null,
    rate numeric(18, 8) not null,
    source text not null,
    constraint fx_rates_pkey primary key (base_currency, quote_currency, as_of_date),
    constraint fx_rates_currencies_are_codes
    check (base_currency ~ '^[A-Z]{3}$' and quote_currency ~ '^[A-Z]{3}$'),
    constraint fx_rates_currencies_differ check (base_currency <> quote_currency),
    constraint fx_rates_rate_is_positive check (rate > 0)
);
comment on table integration.fx_rates is 'Exchange rates by day.';
comment on column integration.fx_rates.base_currency is 'One unit of this ...';
comment on column integration.fx_rates.quote_currency is
'... is worth rate units of this.';
comment on column integration.fx_rates.as_of_date is 'Day of the rate.';
comment on column integration.fx_rates.rate is 'Units of quote_currency.';
comment on column integration.fx_rates.source is 'Who published it.';

-- What parsers and mapping functions return, and the writers take.
create type integration.catalogue_entry as (
    provider text,
    provider_product_id text,
    provider_variant_id text,
    style_code text,
    brand text,
    title text,
    colorway text,
    gender text,
    category text,
    retail_price_cents bigint,
    retail_currency text,
    release_date date,
    size_region text,
    size_label text,
    observed_at timestamptz,
    origin text,
    path text,
    reject_reason text,
    gtins text []
);
comment on type integration.catalogue_entry is
'A product (no provider_variant_id) or a variant, as a provider words it. path and
reject_reason: where it stands in its payload, and why it cannot be used, else null.
gtins: its barcodes, as stated.';

create type integration.price_observation as (
    product_id uuid,
    variant_id uuid,
    source text,
    price_type text,
    condition text,
    region text,
    channel text,
    currency text,
    price_cents bigint,
    stock_quantity integer,
    observed_at timestamptz,
    origin text,
    path text,
    reject_reason text
);
comment on type integration.price_observation is
'A price seen at observed_at; price_cents null: seen that there is none. path and
reject_reason: where it stands in its payload, and why it cannot be used, else null.';

create type integration.sale_observation as (
    product_id uuid,
    variant_id uuid,
    source text,
    region text,
    channel text,
    currency text,
    price_cents bigint,
    sold_at timestamptz,
    observed_at timestamptz,
    path text,
    reject_reason text
);
comment on type integration.sale_observation is
'One sale, as reported at observed_at. path and reject_reason: as in
price_observation.';

create type integration.price_sight as (
    product_id uuid,
    price_source_id uuid,
    seen_at timestamptz,
    price_cents bigint,
    stock_quantity integer,
    origin text,
    precedence integer
);
comment on type integration.price_sight is
'A price at one moment; of two at the same moment the greater precedence counts.';

create type integration.price_span as (
    product_id uuid,
    price_source_id uuid,
    valid_from timestamptz,
    last_seen_at timestamptz,
    price_cents bigint,
    stock_quantity integer,
    origin text,
    is_current boolean
);
comment on type integration.price_span is
'A stretch of time in which a price was seen to be the same.';

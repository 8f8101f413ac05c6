-- Tickered: shares by way of Financial Modeling Prep. Every price is a float, the time
-- of a quote is a number of seconds, only the latest quote is kept, and the queue moves
-- a row to another partition whenever its status changes.
create table public.profiles (
    id uuid not null default gen_random_uuid(),
    symbol text not null,
    price float8,
    market_cap bigint,
    beta float8,
    last_dividend float8,
    range text,
    change float8,
    change_percentage float8,
    volume bigint,
    average_volume bigint,
    company_name text,
    display_company_name text,
    currency varchar(3),
    cik text,
    isin text,
    cusip text,
    exchange_full_name text,
    exchange text,
    industry text,
    website text,
    description text,
    ceo text,
    sector text,
    country varchar(2),
    full_time_employees bigint,
    phone text,
    address text,
    city text,
    state text,
    zip text,
    image text,
    ipo_date date,
    default_image boolean default false,
    is_etf boolean default false,
    is_actively_trading boolean default true,
    is_adr boolean default false,
    is_fund boolean default false,
    modified_at timestamptz not null default now(),
    primary key (id),
    unique (symbol)
);

create table public.live_quote_indicators (
    id uuid not null default gen_random_uuid(),
    symbol text not null,
    current_price float8 not null,
    change_percentage float8,
    day_change float8,
    volume bigint,
    day_low float8,
    day_high float8,
    market_cap bigint,
    day_open float8,
    previous_close float8,
    api_timestamp bigint not null,
    sma_50d float8,
    sma_200d float8,
    fetched_at timestamptz not null default now(),
    year_high float8,
    year_low float8,
    exchange text,
    primary key (id),
    unique (symbol)
);

create table public.data_type_registry_v2 (
    data_type text not null,
    table_name text not null,
    timestamp_column text not null,
    staleness_function text not null,
    default_ttl_minutes integer not null,
    edge_function_name text not null,
    refresh_strategy text not null,
    refresh_schedule text,
    priority integer default 0,
    estimated_data_size_bytes bigint default 0,
    symbol_column text default 'symbol',
    source_timestamp_column text,
    api_calls_per_job integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (data_type),
    check (default_ttl_minutes > 0),
    check (refresh_strategy in ('on-demand', 'scheduled'))
);

create table public.api_call_queue_v2 (
    id uuid not null default gen_random_uuid(),
    symbol text not null,
    data_type text not null,
    status text not null,
    priority integer default 0,
    retry_count integer default 0,
    max_retries integer default 3,
    created_at timestamptz not null default now(),
    processed_at timestamptz,
    estimated_data_size_bytes bigint default 0,
    actual_data_size_bytes bigint,
    error_message text,
    job_metadata jsonb default '{}',
    primary key (id, status),
    check (status in ('pending', 'processing', 'completed', 'failed'))
)
partition by list (status);
create table public.api_call_queue_v2_pending
partition of public.api_call_queue_v2 for values in ('pending');
create table public.api_call_queue_v2_processing
partition of public.api_call_queue_v2 for values in ('processing');
create table public.api_call_queue_v2_completed
partition of public.api_call_queue_v2 for values in ('completed');
create table public.api_call_queue_v2_failed
partition of public.api_call_queue_v2 for values in ('failed');

create table public.feature_flags (
    flag_name text not null,
    enabled boolean not null default false,
    metadata jsonb default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (flag_name)
);

create table public.supported_symbols (
    symbol text not null,
    is_active boolean not null default true,
    added_at timestamptz not null default now(),
    last_processed_at timestamptz,
    primary key (symbol)
);

create table public.listed_symbols (
    symbol text not null,
    is_active boolean not null default true,
    added_at timestamptz not null default now(),
    last_processed_at timestamptz,
    primary key (symbol)
);

-- Create the equity symbols, their latest quotes, and the history that was never kept.
-- depends: 0006_create_integration_tables
create table equities.symbols (
    symbol text not null,
    name text,
    exchange text,
    currency char(3) not null default 'USD',
    created_at timestamptz not null default now(),
    constraint symbols_pkey primary key (symbol),
    constraint symbols_symbol_is_upper_case
    check (symbol = upper(btrim(symbol)) and symbol <> ''),
    constraint symbols_currency_is_a_code check (currency ~ '^[A-Z]{3}$')
);
comment on table equities.symbols is 'One listed security.';
comment on column equities.symbols.symbol is 'Ticker, upper case.';
comment on column equities.symbols.name is 'Name of the company or fund.';
comment on column equities.symbols.exchange is 'Exchange, as the provider words it.';
comment on column equities.symbols.currency is 'Currency of its quotes, ISO 4217.';
comment on column equities.symbols.created_at is 'When it was first seen.';

create table equities.live_quote_indicators (
    symbol text not null,
    price_cents bigint not null,
    previous_close_cents bigint,
    day_low_cents bigint,
    day_high_cents bigint,
    day_open_cents bigint,
    year_low_cents bigint,
    year_high_cents bigint,
    average_50_days_cents bigint,
    average_200_days_cents bigint,
    market_cap_cents numeric(24, 0),
    volume bigint,
    currency char(3) not null,
    observed_at timestamptz not null,
    origin text not null,
    updated_at timestamptz not null default now(),
    constraint live_quote_indicators_pkey primary key (symbol),
    constraint live_quote_indicators_symbol_fkey
    foreign key (symbol) references equities.symbols (symbol),
    constraint live_quote_indicators_price_is_positive check (price_cents > 0),
    constraint live_quote_indicators_volume_is_not_negative check (volume >= 0),
    constraint live_quote_indicators_currency_is_a_code check (currency ~ '^[A-Z]{3}$')
) with (fillfactor = 80);
comment on table equities.live_quote_indicators is 'The latest quote per symbol.';
comment on column equities.live_quote_indicators.symbol is 'Symbol.';
comment on column equities.live_quote_indicators.price_cents is 'Last price, cents.';
comment on column equities.live_quote_indicators.previous_close_cents is
'Close of the day before, cents.';
comment on column equities.live_quote_indicators.day_low_cents is
'Low of the day, cents.';
comment on column equities.live_quote_indicators.day_high_cents is
'High of the day, cents.';
comment on column equities.live_quote_indicators.day_open_cents is
'First price of the day, cents.';
comment on column equities.live_quote_indicators.year_low_cents is
'Low of the year, cents.';
comment on column equities.live_quote_indicators.year_high_cents is
'High of the year, cents.';
comment on column equities.live_quote_indicators.average_50_days_cents is
'Average of 50 days, cents.';
comment on column equities.live_quote_indicators.average_200_days_cents is
'Average of 200 days, cents.';
comment on column equities.live_quote_indicators.market_cap_cents is
'Market capitalisation, whole cents.';
comment on column equities.live_quote_indicators.volume is 'Pieces traded today.';
comment on column equities.live_quote_indicators.currency is 'ISO 4217.';
comment on column equities.live_quote_indicators.observed_at is
'When the exchange stated it.';
comment on column equities.live_quote_indicators.origin is 'What wrote it last.';
comment on column equities.live_quote_indicators.updated_at is 'When it was written.';

create table equities.quote_history (
    symbol text not null,
    quoted_at timestamptz not null,
    price_cents bigint not null,
    volume bigint,
    currency char(3) not null,
    constraint quote_history_pkey primary key (symbol, quoted_at),
    constraint quote_history_symbol_fkey
    foreign key (symbol) references equities.symbols (symbol),
    constraint quote_history_price_is_positive check (price_cents > 0),
    constraint quote_history_currency_is_a_code check (currency ~ '^[A-Z]{3}$')
) partition by range (quoted_at);
comment on table equities.quote_history is
'Every quote, from the first observation on; a month a partition.';
comment on column equities.quote_history.symbol is 'Symbol.';
comment on column equities.quote_history.quoted_at is
'When the exchange stated it; the partition key.';
comment on column equities.quote_history.price_cents is 'Price, cents.';
comment on column equities.quote_history.volume is 'Pieces traded that day so far.';
comment on column equities.quote_history.currency is 'ISO 4217.';

create type equities.quote_observation as (
    symbol text,
    name text,
    exchange text,
    price_cents bigint,
    previous_close_cents bigint,
    day_low_cents bigint,
    day_high_cents bigint,
    market_cap_cents numeric,
    volume bigint,
    currency text,
    observed_at timestamptz,
    origin text,
    path text,
    reject_reason text,
    day_open_cents bigint,
    year_low_cents bigint,
    year_high_cents bigint,
    average_50_days_cents bigint,
    average_200_days_cents bigint
);
comment on type equities.quote_observation is
'A quote. path and reject_reason: where it stands in its payload, and why it cannot be
used, else null.';

-- Fills the Tickered tables from the payloads.
insert into public.profiles (
    id,
    symbol,
    price,
    market_cap,
    change,
    change_percentage,
    volume,
    company_name,
    display_company_name,
    currency,
    exchange,
    range,
    country,
    modified_at
)
select
    md5('profile ' || (quote.body ->> 'symbol'))::uuid as id,
    quote.body ->> 'symbol' as symbol,
    (quote.body ->> 'price')::float8 as price,
    (quote.body ->> 'marketCap')::numeric::bigint as market_cap,
    (quote.body ->> 'change')::float8 as change,
    (quote.body ->> 'changePercentage')::float8 as change_percentage,
    (quote.body ->> 'volume')::bigint as volume,
    quote.body ->> 'name' as company_name,
    quote.body ->> 'name' as display_company_name,
    'USD' as currency,
    quote.body ->> 'exchange' as exchange,
    format('%s-%s', quote.body ->> 'yearLow', quote.body ->> 'yearHigh') as range,
    'US' as country,
    recording.observed_at as modified_at
from pg_temp.payload_fmp as quote
cross join pg_temp.payload_recording as recording;

insert into public.live_quote_indicators (
    id,
    symbol,
    current_price,
    change_percentage,
    day_change,
    volume,
    day_low,
    day_high,
    market_cap,
    day_open,
    previous_close,
    api_timestamp,
    sma_50d,
    sma_200d,
    fetched_at,
    year_high,
    year_low,
    exchange
)
select
    md5('quote ' || (quote.body ->> 'symbol'))::uuid as id,
    quote.body ->> 'symbol' as symbol,
    (quote.body ->> 'price')::float8 as current_price,
    (quote.body ->> 'changePercentage')::float8 as change_percentage,
    (quote.body ->> 'change')::float8 as day_change,
    (quote.body ->> 'volume')::bigint as volume,
    (quote.body ->> 'dayLow')::float8 as day_low,
    (quote.body ->> 'dayHigh')::float8 as day_high,
    (quote.body ->> 'marketCap')::numeric::bigint as market_cap,
    (quote.body ->> 'open')::float8 as day_open,
    (quote.body ->> 'previousClose')::float8 as previous_close,
    (quote.body ->> 'timestamp')::bigint as api_timestamp,
    (quote.body ->> 'priceAvg50')::float8 as sma_50d,
    (quote.body ->> 'priceAvg200')::float8 as sma_200d,
    greatest(recording.observed_at, to_timestamp((quote.body ->> 'timestamp')::bigint))
        as fetched_at,
    (quote.body ->> 'yearHigh')::float8 as year_high,
    (quote.body ->> 'yearLow')::float8 as year_low,
    quote.body ->> 'exchange' as exchange
from pg_temp.payload_fmp as quote
cross join pg_temp.payload_recording as recording;

insert into public.data_type_registry_v2 (
    data_type,
    table_name,
    timestamp_column,
    staleness_function,
    default_ttl_minutes,
    edge_function_name,
    refresh_strategy,
    refresh_schedule,
    estimated_data_size_bytes,
    symbol_column,
    source_timestamp_column
)
select
    data_type,
    table_name,
    case data_type when 'profile' then 'modified_at' else 'fetched_at' end
        as timestamp_column,
    case
        when data_type in ('profile', 'quote') then format('is_%s_stale_v2', data_type)
        when data_type in ('insider-trading-statistics', 'insider-transactions')
            then format('is_%s_stale_v2', replace(data_type, '-', '_'))
        else 'is_data_stale_v2'
    end as staleness_function,
    default_ttl_minutes,
    'fetch-fmp-' || data_type as edge_function_name,
    case data_type
        when 'sec-outstanding-shares' then 'scheduled'
        else 'on-demand'
    end as refresh_strategy,
    case data_type when 'sec-outstanding-shares' then '0 3 * * *' end
        as refresh_schedule,
    estimated_data_size_bytes,
    case
        when data_type not in ('market-risk-premium', 'treasury-rates') then 'symbol'
    end as symbol_column,
    source_timestamp_column
from (
    values
    ('profile', 'profiles', 1440, 5000, null),
    ('quote', 'live_quote_indicators', 1, 2000, 'api_timestamp'),
    ('financial-statements', 'financial_statements', 43200, 500000, 'accepted_date'),
    ('ratios-ttm', 'ratios_ttm', 1440, 50000, null),
    ('dividend-history', 'dividend_history', 129600, 100000, null),
    (
        'revenue-product-segmentation',
        'revenue_product_segmentation',
        525600,
        150000,
        null
    ),
    ('grades-historical', 'grades_historical', 43200, 30000, null),
    ('exchange-variants', 'exchange_variants', 1440, 80000, null),
    ('insider-trading-statistics', 'insider_trading_statistics', 10080, 15000, null),
    ('insider-transactions', 'insider_transactions', 1440, 200000, null),
    ('valuations', 'valuations', 1440, 500, null),
    ('market-risk-premium', 'market_risk_premiums', 1440, 50000, null),
    ('treasury-rates', 'treasury_rates', 1440, 10000, null),
    ('analyst-price-targets', 'analyst_price_targets', 1440, 1000, null),
    ('sec-outstanding-shares', 'sec_filings', 1440, 0, null)
) as registry (
    data_type,
    table_name,
    default_ttl_minutes,
    estimated_data_size_bytes,
    source_timestamp_column
);

-- Ten jobs a symbol; the oldest ones that are processing are stuck.
insert into public.api_call_queue_v2 (
    symbol,
    data_type,
    status,
    priority,
    retry_count,
    created_at,
    processed_at,
    estimated_data_size_bytes,
    actual_data_size_bytes,
    error_message
)
select
    job.symbol,
    job.data_type,
    job.status,
    job.number % 5 as priority,
    case job.status when 'failed' then 3 else 0 end as retry_count,
    recording.observed_at - job.number * interval '13 minutes' as created_at,
    case
        when job.status <> 'pending'
            then recording.observed_at - job.number * interval '13 minutes'
    end as processed_at,
    2000 as estimated_data_size_bytes,
    case job.status when 'completed' then 1900 end as actual_data_size_bytes,
    case job.status when 'failed' then 'HTTP 429 Too Many Requests' end as error_message
from (
    select
        quote.body ->> 'symbol' as symbol,
        number,
        (array['quote', 'profile', 'ratios-ttm'])[number % 3 + 1] as data_type,
        (
            array[
                'completed', 'completed', 'completed', 'completed', 'completed',
                'completed', 'pending', 'pending', 'processing', 'failed'
            ]
        )[number] as status
    from pg_temp.payload_fmp as quote
    cross join generate_series(1, 10) as number
) as job
cross join pg_temp.payload_recording as recording;

insert into public.feature_flags (flag_name, enabled)
values
('use_queue_system', true),
('migrate_profile_type', true),
('migrate_quote_type', true),
('migrate_insider_type', false),
('show_compass', false);

insert into public.supported_symbols (symbol, last_processed_at)
select
    quote.body ->> 'symbol' as symbol,
    recording.observed_at as last_processed_at
from pg_temp.payload_fmp as quote
cross join pg_temp.payload_recording as recording;

-- The same again half a year later, with six more; both tables stayed.
insert into public.listed_symbols (symbol, is_active, last_processed_at)
select
    symbol,
    true as is_active,
    last_processed_at
from public.supported_symbols
union all
select
    'TEST' || number as symbol,
    false as is_active,
    null as last_processed_at
from generate_series(1, 6) as number;

-- What the running applications have left behind, in numbers that the tests know.
--
-- Cannot be mapped to a price, so a move has to put them in quarantine:
--   public.inventory_v4_stockx_market_data    5: a negative lowest_ask
--   pricing.market_prices                    40: no usable size
--   pricing.market_prices                    12: 6 asks of 0, 6 bids of ten asks; on an
--                                                older day than the newest, if any
--   public.live_quote_indicators              2: a price of NaN or Infinity
-- Orphans, where no foreign key stops them: 12 in public.market_prices, 7 in
-- public.stockx_market_prices, 9 in public.master_market_data.

update public.inventory_v4_stockx_market_data as market
set lowest_ask = -1
from (
    select stockx_variant_id
    from public.inventory_v4_stockx_market_data
    where currency_code = 'GBP' and lowest_ask is not null
    order by md5(stockx_variant_id::text)
    limit 5
) as victim
where
    market.stockx_variant_id = victim.stockx_variant_id
    and market.currency_code = 'GBP';

-- The scraper found prices and no size, or something that is none.
insert into pricing.market_prices (
    product_id, platform_name, size_value, condition, price_date, lowest_ask, created_at
)
with market as (
    select
        product_id,
        platform_name,
        price_date,
        lowest_ask,
        created_at,
        row_number() over (
            order by md5(product_id::text || platform_name || size_value || price_date)
        ) as number
    from pricing.market_prices
    where lowest_ask is not null
)

select
    market.product_id,
    market.platform_name,
    case
        when bad.number > 20
            then (array['N/A', 'ONE SIZE', '-', '', 'unknown'])[bad.number % 5 + 1]
    end as size_value,
    'new' as condition,
    market.price_date,
    market.lowest_ask,
    market.created_at
from generate_series(1, 40) as bad (number)
inner join market on bad.number = market.number;

with newest as (
    select max(price_date) as price_date
    from pricing.market_prices
),

victim as (
    select
        daily.id,
        row_number() over (
            order by
                daily.price_date = newest.price_date asc,
                md5(
                    daily.product_id::text
                    || daily.platform_name
                    || daily.size_value
                    || daily.price_date
                ) desc
        ) as number
    from pricing.market_prices as daily
    cross join newest
    where
        daily.size_value ~ '^[0-9.]+[WY]?$'
        and daily.lowest_ask is not null
        and daily.highest_bid is not null
)

update pricing.market_prices as market
set
    lowest_ask = case when victim.number <= 6 then 0 else market.lowest_ask end,
    highest_bid = case
        when victim.number <= 6 then market.highest_bid
        else market.lowest_ask * 10
    end
from victim
where market.id = victim.id and victim.number <= 12;

insert into public.live_quote_indicators (
    symbol, current_price, api_timestamp, fetched_at, exchange
)
select
    quote.symbol,
    quote.current_price,
    extract(epoch from recording.observed_at)::bigint as api_timestamp,
    recording.observed_at as fetched_at,
    'OTC' as exchange
from (
    values
    ('HALTED1', 'NaN'::float8),
    ('HALTED2', 'Infinity'::float8)
) as quote (symbol, current_price)
cross join pg_temp.payload_recording as recording;

-- Sizes that were never filled in.
update public.market_prices
set size_uk = null
where id in (
    select id
    from public.market_prices
    order by md5(id::text)
    limit 25
);

-- Prices of products that are gone.
insert into public.market_prices (
    provider, sku, size_uk, currency, ask, bid, as_of
)
select
    'seed' as provider,
    'GONE-' || gone.number as sku,
    (5 + gone.number / 2.0)::numeric(4, 1)::text as size_uk,
    'GBP' as currency,
    90 + gone.number as ask,
    70 + gone.number as bid,
    recording.observed_at - interval '60 days' as as_of
from generate_series(1, 12) as gone (number)
cross join pg_temp.payload_recording as recording;

insert into public.stockx_market_prices (
    sku, size, currency, lowest_ask, highest_bid, as_of
)
select
    'GONE-' || gone.number as sku,
    (5 + gone.number)::text as size,
    'USD' as currency,
    110 + gone.number as lowest_ask,
    80 + gone.number as highest_bid,
    recording.observed_at - interval '60 days' as as_of
from generate_series(1, 7) as gone (number)
cross join pg_temp.payload_recording as recording;

insert into public.master_market_data (
    provider,
    provider_source,
    provider_product_id,
    sku,
    size_key,
    currency_code,
    lowest_ask,
    snapshot_at
)
select
    'ebay' as provider,
    'ebay_browse' as provider_source,
    'gone-' || gone.number as provider_product_id,
    'GONE-' || gone.number as sku,
    (5 + gone.number)::text as size_key,
    'GBP' as currency_code,
    95 + gone.number as lowest_ask,
    recording.observed_at - interval '60 days' as snapshot_at
from generate_series(1, 9) as gone (number)
cross join pg_temp.payload_recording as recording;

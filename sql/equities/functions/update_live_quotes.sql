create or replace function equities.update_live_quotes(
    p_quotes equities.quote_observation[],
    p_on_tie text
)
returns table (symbol text, quoted_at timestamptz)
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    insert into equities.live_quote_indicators as known (
        symbol, price_cents, previous_close_cents, day_low_cents, day_high_cents,
        market_cap_cents, volume, currency, observed_at, origin, day_open_cents,
        year_low_cents, year_high_cents, average_50_days_cents, average_200_days_cents
    )
    select distinct on (quote.symbol)
        quote.symbol,
        quote.price_cents,
        quote.previous_close_cents,
        quote.day_low_cents,
        quote.day_high_cents,
        quote.market_cap_cents,
        quote.volume,
        quote.currency,
        quote.observed_at,
        quote.origin,
        quote.day_open_cents,
        quote.year_low_cents,
        quote.year_high_cents,
        quote.average_50_days_cents,
        quote.average_200_days_cents
    from unnest(p_quotes) as quote
    order by quote.symbol asc, quote.observed_at desc
    on conflict (symbol) do update set
        price_cents = excluded.price_cents,
        previous_close_cents = excluded.previous_close_cents,
        day_low_cents = excluded.day_low_cents,
        day_high_cents = excluded.day_high_cents,
        market_cap_cents = excluded.market_cap_cents,
        volume = excluded.volume,
        currency = excluded.currency,
        observed_at = excluded.observed_at,
        origin = excluded.origin,
        day_open_cents = excluded.day_open_cents,
        year_low_cents = excluded.year_low_cents,
        year_high_cents = excluded.year_high_cents,
        average_50_days_cents = excluded.average_50_days_cents,
        average_200_days_cents = excluded.average_200_days_cents,
        updated_at = now()
    where
        known.observed_at < excluded.observed_at
        or (
            known.observed_at = excluded.observed_at
            and p_on_tie = 'replace'
            and (
                known.price_cents, known.previous_close_cents, known.day_low_cents,
                known.day_high_cents, known.market_cap_cents, known.volume,
                known.currency, known.day_open_cents, known.year_low_cents,
                known.year_high_cents, known.average_50_days_cents,
                known.average_200_days_cents
            ) is distinct from (
                excluded.price_cents, excluded.previous_close_cents,
                excluded.day_low_cents, excluded.day_high_cents,
                excluded.market_cap_cents, excluded.volume, excluded.currency,
                excluded.day_open_cents, excluded.year_low_cents,
                excluded.year_high_cents, excluded.average_50_days_cents,
                excluded.average_200_days_cents
            )
        )
    returning known.symbol, known.observed_at;
$function$;

comment on function equities.update_live_quotes(equities.quote_observation[], text) is
'Let quotes be the latest of their symbols where they are; return those. p_quotes: one a
symbol and moment. Part of equities.record_quotes().';

-- Tickered's latest quotes: binary fractions of dollars, and the exchange's time in
-- Unix seconds. It keeps no history; ours begins with what is there.
create or replace function strangler.map_live_quotes(
    p_row legacy_public.live_quote_indicators
)
returns setof equities.quote_observation
language sql stable
as $function$
    select
        upper(btrim(p_row.symbol)),
        null,
        p_row.exchange,
        integration.cents_from_float(p_row.current_price),
        integration.cents_from_float(p_row.previous_close),
        integration.cents_from_float(p_row.day_low),
        integration.cents_from_float(p_row.day_high),
        p_row.market_cap::numeric * 100,
        p_row.volume,
        'USD',
        to_timestamp(p_row.api_timestamp),
        'move:live_quotes',
        null,
        case
            when btrim(p_row.symbol) = '' then 'it has no symbol'
            when coalesce(integration.cents_from_float(p_row.current_price), 0) <= 0
                then format('current_price %s is not a price', p_row.current_price)
            when p_row.volume < 0 then format('volume %s is negative', p_row.volume)
        end,
        integration.cents_from_float(p_row.day_open),
        integration.cents_from_float(p_row.year_low),
        integration.cents_from_float(p_row.year_high),
        integration.cents_from_float(p_row.sma_50d),
        integration.cents_from_float(p_row.sma_200d);
$function$;

comment on function strangler.map_live_quotes(legacy_public.live_quote_indicators) is
'Return the quote of a row of Tickered''s live_quote_indicators.';

select strangler.register_move(
    'live_quotes',
    'tickered',
    'Latest quotes of Tickered become quotes in cents with a history',
    'legacy_public.live_quote_indicators',
    'equities.live_quote_indicators',
    array['symbol'],
    array[
        'price_cents', 'previous_close_cents', 'day_low_cents', 'day_high_cents',
        'volume', 'day_open_cents', 'year_low_cents', 'year_high_cents',
        'average_50_days_cents', 'average_200_days_cents'
    ],
    'strangler.map_live_quotes',
    'equities.record_quotes',
    'equities.withdraw_quotes',
    p_source_key => array['symbol'],
    p_forget_function => 'equities.forget_quotes'
);

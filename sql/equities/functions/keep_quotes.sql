create or replace function equities.keep_quotes(
    p_quotes equities.quote_observation[],
    p_on_tie text
)
returns table (symbol text, quoted_at timestamptz)
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    insert into equities.quote_history as known (
        symbol, quoted_at, price_cents, volume, currency
    )
    select
        quote.symbol,
        quote.observed_at,
        quote.price_cents,
        quote.volume,
        quote.currency
    from unnest(p_quotes) as quote
    order by quote.symbol asc, quote.observed_at asc
    on conflict (symbol, quoted_at) do update set
        price_cents = excluded.price_cents,
        volume = excluded.volume,
        currency = excluded.currency
    where
        p_on_tie = 'replace'
        and (known.price_cents, known.volume, known.currency)
        is distinct from (excluded.price_cents, excluded.volume, excluded.currency)
    returning known.symbol, known.quoted_at;
$function$;

comment on function equities.keep_quotes(equities.quote_observation[], text) is
'Write quotes to the history; return those that are new there, or other than before.
p_quotes: one a symbol and moment. Part of equities.record_quotes().';

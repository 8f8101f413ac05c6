-- What an earlier quote left out of the symbol, a later one may fill in.
create or replace function equities.add_symbols(p_quotes equities.quote_observation[])
returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    insert into equities.symbols as known (symbol, name, exchange, currency)
    select distinct on (quote.symbol)
        quote.symbol,
        quote.name,
        quote.exchange,
        quote.currency
    from unnest(p_quotes) as quote
    order by quote.symbol asc, quote.name is null asc, quote.observed_at desc
    on conflict (symbol) do update set
        name = coalesce(known.name, excluded.name),
        exchange = coalesce(known.exchange, excluded.exchange)
    where
        (known.name is null and excluded.name is not null)
        or (known.exchange is null and excluded.exchange is not null);
$function$;

comment on function equities.add_symbols(equities.quote_observation[]) is
'Add the symbols of quotes that are not known, and what is not known of the others. Part
of equities.record_quotes().';

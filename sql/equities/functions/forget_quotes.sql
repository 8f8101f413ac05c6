create or replace function equities.forget_quotes(p_quotes equities.quote_observation[])
returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    update equities.live_quote_indicators as live
    set
        observed_at = '-infinity',
        origin = quote.origin
    from unnest(p_quotes) as quote
    where live.symbol = quote.symbol;
$function$;

comment on function equities.forget_quotes(equities.quote_observation[]) is
'Let the latest quotes of symbols give way to whatever is recorded next, however old it
is.';

-- A symbol that its source drops has no latest quote; what was quoted stays in the
-- history.
create or replace function equities.withdraw_quotes(
    p_quotes equities.quote_observation[],
    p_at timestamptz default clock_timestamp()
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_removed integer;
begin
    delete from equities.live_quote_indicators as live
    using unnest(p_quotes) as quote
    where
        live.symbol = quote.symbol
        and live.observed_at <= greatest(p_at, quote.observed_at);
    get diagnostics v_removed = row_count;
    return v_removed;
end;
$function$;

comment on function equities.withdraw_quotes(
    equities.quote_observation[], timestamptz
) is
'Remove the latest quotes of symbols that are gone; return how many were. p_quotes: the
quotes as last seen. p_at: quotes stated later than both stay.';

-- The latest quote is kept per symbol, every quote in the history. A quote is news when
-- either did not have it.
create or replace function equities.record_quotes(
    p_quotes equities.quote_observation[],
    p_on_tie text default 'replace'
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_quotes equities.quote_observation[];
    v_news integer;
begin
    if p_on_tie not in ('replace', 'keep') then
        raise exception 'p_on_tie is "%", neither replace nor keep', p_on_tie
            using errcode = '22023';
    end if;
    perform equities.add_symbols(p_quotes);
    v_quotes := array(
        select distinct on ((given.quote).symbol, (given.quote).observed_at)
            given.quote
        from (
            select
                quote,
                row_number() over () as place
            from unnest(p_quotes) as quote
        ) as given
        order by
            (given.quote).symbol asc,
            (given.quote).observed_at asc,
            case p_on_tie when 'keep' then given.place else - given.place end asc
    );
    select count(*)::integer into strict v_news
    from (
        select
            kept.symbol,
            kept.quoted_at
        from equities.keep_quotes(v_quotes, p_on_tie) as kept
        union
        select
            latest.symbol,
            latest.quoted_at
        from equities.update_live_quotes(v_quotes, p_on_tie) as latest
    ) as news;
    return v_news;
end;
$function$;

comment on function equities.record_quotes(equities.quote_observation[], text) is
'Write quotes; return how many are news. p_quotes: in any order; of two of one symbol
and moment the later in the array counts. p_on_tie: replace or keep what is known of the
very same moment; with keep the earlier in the array counts.
Errors: 22023 for another p_on_tie; class 23 for rows that break the rules of the
tables, 22001 for a currency of more than three letters.';

-- Observations come late, twice and out of order; span_prices() says what they change,
-- and only that is written. That a price was seen again moves observed_at in
-- price_sources and nothing else.
create or replace function integration.record_prices(
    p_observations integration.price_observation[],
    p_on_tie text default 'replace'
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_sights integration.price_sight[];
    v_spans record;
begin
    if p_on_tie not in ('replace', 'keep') then
        raise exception 'p_on_tie is "%", neither replace nor keep', p_on_tie
            using errcode = '22023';
    end if;
    if exists (
        select from unnest(p_observations) as seen where seen.observed_at is null
    ) then
        raise exception 'a price has no observed_at'
            using errcode = '23502',
            hint = 'Say when it was seen; a price without a time has no place.';
    end if;
    perform integration.add_price_sources(p_observations);
    v_sights := array(
        select
            row(
                identified.product_id, identified.price_source_id, identified.seen_at,
                identified.price_cents, identified.stock_quantity, identified.origin,
                case p_on_tie
                    when 'replace' then identified.precedence
                    else - identified.precedence
                end
            )::integration.price_sight
        from integration.identify_prices(p_observations) as identified
    );
    -- In one order, so that two calls wait for each other and never both ways.
    perform
    from integration.price_sources as price
    inner join (
        select distinct
            sight.product_id,
            sight.price_source_id
        from unnest(v_sights) as sight
    ) as touched
        on price.product_id = touched.product_id and price.id = touched.price_source_id
    order by price.product_id asc, price.id asc
    for no key update of price;

    select
        spans.gone,
        spans.written,
        spans.news
    into strict v_spans
    from integration.span_prices(v_sights) as spans;
    perform integration.write_spans(v_spans.gone, v_spans.written);
    return v_spans.news;
end;
$function$;

comment on function integration.record_prices(integration.price_observation[], text) is
'Write observed prices; return how many of them are news: the beginning of a stretch
of time with that price. Equal, repeated and overlapping calls change nothing.
p_observations: in any order; product_id and variant_id are ours; of two of the same
moment the later in the array counts. p_on_tie: replace or keep what is known of the
very same moment; with keep the earlier in the array counts.
Errors: 22023 for another p_on_tie; class 23 for rows that break the rules of
price_sources, 22001 for a currency of more than three letters.';

-- FMP sends binary fractions of dollars and Unix seconds. What a quote can do without,
-- and what cannot be read, is left out; a quote without a time is as old as its answer.
create or replace function integration.read_fmp_quote_quotes(
    p_payload jsonb,
    p_observed_at timestamptz,
    p_context jsonb
)
returns setof equities.quote_observation
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        quote.symbol,
        integration.get_text(found.item, 'name'),
        integration.get_text(found.item, 'exchange'),
        quote.cents,
        integration.get_cents(found.item, 'previousClose'),
        integration.get_cents(found.item, 'dayLow'),
        integration.get_cents(found.item, 'dayHigh'),
        case
            when found.item ->> 'marketCap' ~ '^[0-9]{1,18}(\.[0-9]+)?$'
                then round((found.item ->> 'marketCap')::numeric * 100)
        end,
        case
            when found.item ->> 'volume' ~ '^[0-9]{1,18}(\.[0-9]+)?$'
                then round((found.item ->> 'volume')::numeric)::bigint
        end,
        quote.currency,
        case
            when quote.seconds is null then p_observed_at
            when quote.seconds ~ '^[1-9][0-9]{8,9}$'
                then to_timestamp(quote.seconds::double precision)
        end,
        'ingest',
        found.path,
        case
            when coalesce(quote.symbol, '') !~ '^[!-~]{1,32}$'
                then 'its symbol cannot be read'
            when quote.cents is null then 'its price cannot be read'
            when quote.currency !~ '^[A-Z]{3}$' then 'its currency cannot be read'
            when quote.seconds !~ '^[1-9][0-9]{8,9}$'
                then 'its timestamp is not in seconds'
        end,
        integration.get_cents(found.item, 'open'),
        integration.get_cents(found.item, 'yearLow'),
        integration.get_cents(found.item, 'yearHigh'),
        integration.get_cents(found.item, 'priceAvg50'),
        integration.get_cents(found.item, 'priceAvg200')
    from integration.list_payload_items(p_payload) as found
    cross join lateral (
        select
            upper(integration.get_text(found.item, 'symbol')) as symbol,
            integration.get_cents(found.item, 'price') as cents,
            found.item ->> 'timestamp' as seconds,
            coalesce(p_context ->> 'currency', 'USD') as currency
    ) as quote;
$function$;

comment on function integration.read_fmp_quote_quotes(jsonb, timestamptz, jsonb) is
'Return the quotes of an FMP quote answer. p_context: currency, default USD.';

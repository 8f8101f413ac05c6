-- Who publishes rates states them against one currency, so two others meet through it.
create or replace function integration.exchange_rate(
    p_from_currency text,
    p_to_currency text,
    p_at date default current_date,
    p_max_age integer default 7
)
returns numeric
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with stated as (
        select distinct on (rate.base_currency, rate.quote_currency)
            rate.base_currency as source,
            rate.quote_currency as target,
            rate.rate,
            rate.as_of_date
        from integration.fx_rates as rate
        where
            rate.as_of_date between p_at - p_max_age and p_at
            and (
                rate.base_currency in (p_from_currency, p_to_currency)
                or rate.quote_currency in (p_from_currency, p_to_currency)
            )
        order by rate.base_currency asc, rate.quote_currency asc, rate.as_of_date desc
    ),

    known as (
        select stated.source, stated.target, stated.rate, stated.as_of_date from stated
        union all
        select stated.target, stated.source, 1 / stated.rate, stated.as_of_date from stated
    ),

    path as (
        select 0 as stops, known.rate, known.as_of_date, '' as through
        from known
        where known.source = p_from_currency and known.target = p_to_currency
        union all
        select
            1,
            there.rate * onward.rate,
            least(there.as_of_date, onward.as_of_date),
            there.target
        from known as there
        inner join known as onward on there.target = onward.source
        where there.source = p_from_currency and onward.target = p_to_currency
    )

    select found.rate
    from (
        select 1::numeric as rate, -1 as stops, p_at as as_of_date, '' as through
        where p_from_currency = p_to_currency
        union all
        select path.rate, path.stops, path.as_of_date, path.through from path
    ) as found
    order by found.stops asc, found.as_of_date desc, found.through asc
    limit 1;
$function$;

comment on function integration.exchange_rate(text, text, date, integer) is
'Return how many units of a currency one of another was worth on a day, null when nobody
says: by the newest rate of integration.fx_rates until then, stated in either direction or
through one third currency. p_from_currency, p_to_currency: ISO 4217. p_max_age: days that
a rate holds where none follows, over a weekend or holidays.';

create or replace function integration.convert_cents(
    p_cents bigint,
    p_from_currency text,
    p_to_currency text,
    p_at date default current_date
)
returns bigint
language sql stable
set search_path = pg_catalog, pg_temp
return round(
    p_cents * integration.exchange_rate(p_from_currency, p_to_currency, p_at)
)::bigint;

comment on function integration.convert_cents(bigint, text, text, date) is
'Return an amount in cents in another currency, at the rate of a day; null when there is
no rate, see integration.exchange_rate(). p_from_currency, p_to_currency: ISO 4217.';

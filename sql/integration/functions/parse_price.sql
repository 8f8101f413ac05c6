-- $ is the sign of many currencies; which it is here, only the request says.
create or replace function integration.parse_price(
    p_text text,
    p_currency text,
    out price_cents bigint,
    out currency text
)
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select
        integration.cents_from_units(replace(price.parts[2], ',', '')),
        case price.parts[1]
            when '' then p_currency
            when '$' then p_currency
            when 'US $' then 'USD'
            when 'C $' then 'CAD'
            when 'AU $' then 'AUD'
            when '£' then 'GBP'
            when '€' then 'EUR'
            else btrim(price.parts[1])
        end
    from (
        select regexp_match(
            btrim(p_text),
            '^(|\$|US \$|C \$|AU \$|£|€|[A-Z]{3} ?)'
            '((?:[0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,2})(?:\.[0-9]{1,4})?)$'
        ) as parts
    ) as price;
$function$;

comment on function integration.parse_price(text, text) is
'Return a price such as $1,234.00 in cents, and its currency; null when it cannot be
read, a range of prices among them. p_currency: what a bare $ or no sign stands for, as
the request says; null: not said.';

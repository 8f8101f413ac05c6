-- Providers send whole units as text; anything but a plain amount is no amount.
create or replace function integration.cents_from_units(p_amount text)
returns bigint
language sql immutable strict parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select case
        when btrim(p_amount) ~ '^-?[0-9]{1,12}(\.[0-9]{1,30})?$'
            then round(p_amount::numeric * 100)::bigint
    end;
$function$;

comment on function integration.cents_from_units(text) is
'Return an amount such as 132 or 130.00 in cents, a fraction of a cent rounded; null
when the text is not an amount. A negative amount stays negative, for the caller to
refuse.';

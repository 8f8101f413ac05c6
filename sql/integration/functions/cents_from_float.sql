-- Legacy columns hold prices as binary fractions, with NaN and Infinity among them.
create or replace function integration.cents_from_float(p_amount double precision)
returns bigint
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select case
        when abs(p_amount) < 1e13 then round(p_amount::numeric * 100)::bigint
    end;
$function$;

comment on function integration.cents_from_float(double precision) is
'Return an amount in cents; null for NaN, Infinity and amounts of 14 digits and more.';

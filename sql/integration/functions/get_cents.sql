-- For amounts that are worth having, but not worth losing the item that they stand in.
create or replace function integration.get_cents(p_item jsonb, p_field text)
returns bigint
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select nullif(
        greatest(integration.cents_from_units(p_item ->> p_field), 0), 0
    );
$function$;

comment on function integration.get_cents(jsonb, text) is
'Return a field of a JSON object, an amount in whole units, as cents; null when it is
missing, zero, negative or no amount.';

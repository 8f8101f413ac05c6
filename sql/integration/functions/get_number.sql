-- For ratios that are worth having, but not worth losing the item that they stand in.
create or replace function integration.get_number(p_item jsonb, p_field text)
returns numeric
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select round((p_item ->> p_field)::numeric, 6)
    where
        jsonb_typeof(p_item -> p_field) in ('string', 'number')
        and p_item ->> p_field ~ '^-?[0-9]{1,6}(\.[0-9]{1,30})?$';
$function$;

comment on function integration.get_number(jsonb, text) is
'Return a field of a JSON object as a number of at most six digits before the point,
rounded to six after it; null when it is missing or no such number.';

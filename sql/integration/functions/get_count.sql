-- For counts that are worth having, but not worth losing the item that they stand in.
create or replace function integration.get_count(
    p_item jsonb,
    p_field text,
    p_digits integer default 9
)
returns bigint
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select round((p_item ->> p_field)::numeric)::bigint
    where
        jsonb_typeof(p_item -> p_field) in ('string', 'number')
        and p_item ->> p_field ~ '^[0-9]{1,18}(\.[0-9]{1,30})?$'
        and length(split_part(p_item ->> p_field, '.', 1)) <= p_digits;
$function$;

comment on function integration.get_count(jsonb, text, integer) is
'Return a field of a JSON object as a whole number; null when it is missing, negative or
no number, or has more than p_digits digits, 18 at most.';

-- Identifiers and labels end up in indexes, which have no room for a whole page.
create or replace function integration.get_text(p_item jsonb, p_field text)
returns text
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select nullif(btrim(p_item ->> p_field), '')
    where
        jsonb_typeof(p_item -> p_field) in ('string', 'number')
        and length(p_item ->> p_field) <= 200;
$function$;

comment on function integration.get_text(jsonb, text) is
'Return a field of a JSON object as text; null when it is missing, empty, longer than
200 characters, or neither a string nor a number.';

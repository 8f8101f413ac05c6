-- Alias gives its sizes no ids, so the size stands for the variant.
create or replace function integration.parse_alias_size(p_size jsonb)
returns text
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select trim_scale((p_size #>> '{}')::numeric)::text
    where
        jsonb_typeof(p_size) = 'number'
        and p_size #>> '{}' ~ '^[0-9]{1,2}(\.[0-9]{1,2})?$';
$function$;

comment on function integration.parse_alias_size(jsonb) is
'Return a size as Alias sends it, a JSON number, in the one spelling in which it is the
id of a variant: 9 or 9.5; null when it is no size.';

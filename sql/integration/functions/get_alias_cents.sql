-- Alias sends text of whole US cents, and "0" where there is no price.
create or replace function integration.get_alias_cents(p_item jsonb, p_field text)
returns bigint
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select case
        when p_item ->> p_field ~ '^[0-9]{1,12}$'
            then nullif((p_item ->> p_field)::bigint, 0)
    end;
$function$;

comment on function integration.get_alias_cents(jsonb, text) is
'Return a field of a JSON object, an amount as Alias sends it, in cents; null when it is
missing, "0" or no such amount.';

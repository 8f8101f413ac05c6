-- Alias says "Air Jordan" where StockX says "Jordan".
create or replace function core.normalize_brand(p_brand text)
returns text
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select case lower(btrim(p_brand))
        when 'air jordan' then 'Jordan'
        when 'adidas originals' then 'adidas'
        when '' then null
        else btrim(p_brand)
    end;
$function$;

comment on function core.normalize_brand(text) is
'Return the one name of a brand that providers spell differently; null for an empty
one.';

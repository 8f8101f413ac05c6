create or replace function integration.parse_stockx_category(p_text text)
returns text
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select case
        when p_text in ('sneakers', 'shoes') then 'sneakers'
        when p_text = 'streetwear' then 'apparel'
        else 'other'
    end;
$function$;

comment on function integration.parse_stockx_category(text) is
'Return the slug of the category of a product from the word of StockX.';

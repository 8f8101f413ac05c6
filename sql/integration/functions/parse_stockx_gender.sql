create or replace function integration.parse_stockx_gender(p_text text)
returns text
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select case
        when p_text in ('men', 'women', 'unisex', 'youth', 'child', 'infant')
            then p_text
        when p_text = 'kids' then 'youth'
        when p_text in ('preschool', 'toddler') then 'child'
    end;
$function$;

comment on function integration.parse_stockx_gender(text) is
'Return who a product is for, in our words, from the word of StockX; null when that is
not known.';

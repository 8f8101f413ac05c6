create or replace function products.normalize_size_gender(p_gender text)
returns text
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select case lower(btrim(p_gender))
        when 'men' then 'men'
        when 'women' then 'women'
        when 'unisex' then 'unisex'
        when 'youth' then 'youth'
        when 'child' then 'child'
        when 'infant' then 'infant'
        when 'mens' then 'men'
        when 'male' then 'men'
        when 'm' then 'men'
        when 'womens' then 'women'
        when 'female' then 'women'
        when 'wmns' then 'women'
        when 'w' then 'women'
        when 'kids' then 'youth'
        when 'gs' then 'youth'
        when 'grade school' then 'youth'
        when 'preschool' then 'child'
        when 'ps' then 'child'
        when 'toddler' then 'child'
        when 'td' then 'infant'
        when 'baby' then 'infant'
    end;
$function$;

comment on function products.normalize_size_gender(text) is
'Return for whom a product is in one word: men, women, unisex, youth, child or infant;
null for what is none of them.';

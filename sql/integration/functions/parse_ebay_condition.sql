create or replace function integration.parse_ebay_condition(p_text text)
returns text
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select case lower(btrim(split_part(p_text, '·', 1)))
        when 'new' then 'new'
        when 'brand new' then 'new'
        when 'new with box' then 'new'
        when 'new with tags' then 'new'
        when 'new with defects' then 'new_with_defects'
        when 'new with imperfections' then 'new_with_defects'
        when 'used' then 'used'
        when 'pre-owned' then 'used'
    end;
$function$;

comment on function integration.parse_ebay_condition(text) is
'Return the condition of a listing in our words, from those of eBay: Brand New, or
Pre-Owned · Jordan · Air Jordan; null for any other.';

create or replace function products.get_size_letter(p_gender text)
returns text
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select case p_gender
        when 'women' then 'W' when 'youth' then 'Y'
        when 'child' then 'C' when 'infant' then 'C' else ''
    end;
$function$;

comment on function products.get_size_letter(text) is
'Return the letter with which US sizes of a scale are printed, empty for men''s.';

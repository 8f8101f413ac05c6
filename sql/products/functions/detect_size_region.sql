-- US and UK sizes end below 23, lengths in centimetres at 36; Korea counts millimetres
-- by fives. What lies between, several scales hold.
create or replace function products.detect_size_region(p_number text)
returns text
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select
        case
            when p_number ~ ' [12]/3$' and part.whole between 15 and 60 then 'EU'
            when part.whole > 36.5 and part.whole <= 60 then 'EU'
            when part.whole between 150 and 400 and part.whole % 5 = 0 then 'KR'
        end
    from (select split_part(p_number, ' ', 1)::numeric as whole) as part;
$function$;

comment on function products.detect_size_region(text) is
'Return the one region whose shoe sizes reach a number, EU or KR; null where several do,
or none. Part of products.parse_size().';

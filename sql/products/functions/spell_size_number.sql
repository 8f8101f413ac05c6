-- European sizes of adidas go by thirds, which feeds write as 36.67 or 36.7; a length
-- of three digits is in millimetres.
create or replace function products.spell_size_number(p_number text, p_region text)
returns text
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select
        case
            when part.fraction = '1/2' then trim_scale(part.whole + 0.5)::text
            when part.fraction <> '' then part.whole || ' ' || part.fraction
            when p_region = 'EU' and p_number ~ '\.(?:3|33|34)$'
                then trunc(part.whole) || ' 1/3'
            when p_region = 'EU' and p_number ~ '\.(?:6|66|67|7)$'
                then trunc(part.whole) || ' 2/3'
            when p_region in ('CM', 'JP') and part.whole >= 100
                then trim_scale(part.whole / 10)::text
            else trim_scale(part.whole)::text
        end
    from (
        select
            split_part(p_number, ' ', 1)::numeric as whole,
            split_part(p_number, ' ', 2) as fraction
    ) as part;
$function$;

comment on function products.spell_size_number(text, text) is
'Return the number of a shoe size in the spelling of the charts: 9, 9.5, 36 2/3.
p_number: digits, at most two decimals or a fraction behind a space. p_region: its scale.
Part of products.parse_size().';

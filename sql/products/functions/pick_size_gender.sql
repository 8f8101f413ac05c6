-- The youth scale runs on into the men's, on which unisex shoes are sized: 3.5Y at one
-- provider is 3.5 at another. Below 4, what is printed with a C is a toddler's.
create or replace function products.pick_size_gender(
    p_letter text,
    p_gender text,
    p_label text
)
returns text
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select
        case
            when p_letter = 'W' then 'women'
            when p_letter = 'M' then 'men'
            when p_letter = 'Y' and p_gender = 'unisex' and part.whole >= 3.5 then 'men'
            when p_letter = 'Y' then 'youth'
            when p_gender = 'infant' or part.whole < 4 then 'infant'
            else 'child'
        end
    from (select split_part(p_label, ' ', 1)::numeric as whole) as part;
$function$;

comment on function products.pick_size_gender(text, text, text) is
'Return the gender of the scale that a size label names. p_letter: W, M, Y, C or K.
p_gender: of the product. p_label: its number. Part of products.parse_size().';

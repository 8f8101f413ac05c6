-- A chart of the brand goes before the general one; what no chart holds stays unknown.
create or replace function products.standardize_size(
    p_brand text,
    p_gender text,
    p_region text,
    p_value text
)
returns numeric
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select conversion.standardized_value
    from products.size_conversions as conversion
    left join core.brands as brand on conversion.brand_id = brand.id
    where
        conversion.gender = case
            when p_gender in ('women', 'youth', 'child', 'infant') then p_gender
            else 'men'
        end
        and conversion.region = upper(p_region)
        and conversion.label = btrim(p_value)
        and (conversion.brand_id is null or brand.slug = core.slugify(p_brand))
    order by (conversion.brand_id is null) asc
    limit 1;
$function$;

comment on function products.standardize_size(text, text, text, text) is
'Return the European size that a label means, null when no chart says.
p_brand: name, null for the general chart. p_gender: men, women, youth, child, infant.
p_region: US, UK, EU, CM, JP or KR. p_value: number as text, e.g. 8.5.';

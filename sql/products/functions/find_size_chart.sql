-- Most names are slugs but for their case, and looked up as such first.
create or replace function products.find_size_chart(p_brand text)
returns uuid
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_brand_id uuid;
begin
    select brand.id into v_brand_id
    from core.brands as brand
    where
        brand.slug = lower(p_brand)
        and exists (
            select from products.size_conversions as conversion
            where conversion.brand_id = brand.id
        );
    if v_brand_id is null and p_brand is not null then
        select brand.id into v_brand_id
        from core.brands as brand
        where
            brand.slug = core.slugify(core.normalize_brand(p_brand))
            and exists (
                select from products.size_conversions as conversion
                where conversion.brand_id = brand.id
            );
    end if;
    return v_brand_id;
end;
$function$;

comment on function products.find_size_chart(text) is
'Return the brand on whose charts the sizes of a brand are read, null for the general
one. p_brand: its name, in any spelling.';

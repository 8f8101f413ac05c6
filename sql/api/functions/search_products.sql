-- In PL/pgSQL, so that what is looked for is normalised once, and not once per product.
create or replace function api.search_products(p_query text, p_limit integer default 20)
returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_code constant text := products.normalize_style_code(p_query);
    v_pattern constant text := '%' || replace(
        replace(replace(p_query, '\', '\\'), '%', '\%'), '_', '\_'
    ) || '%';
begin
    return (
        select
            coalesce(
                jsonb_agg(
                    jsonb_build_object(
                        'id', found.id,
                        'slug', found.slug,
                        'style_code', found.style_code,
                        'name', found.name
                    )
                    order by found.is_code desc, found.name asc, found.id asc
                ),
                '[]'
            )
        from (
            select
                product.id,
                product.slug,
                product.style_code,
                product.name,
                coalesce(product.style_code = v_code, false) as is_code
            from products.products as product
            where product.style_code = v_code or product.name ilike v_pattern
            order by is_code desc, product.name asc, product.id asc
            limit p_limit
        ) as found
    );
end;
$function$;

comment on function api.search_products(text, integer) is
'Return products whose style code is p_query, in any spelling, or whose name contains
it; style codes first. JSON array of id, slug, style_code and name. p_limit: at most
so many.';

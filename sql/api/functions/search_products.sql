-- In PL/pgSQL, so that what is looked for is read once, and not once per product. The
-- words are taken from p_query as products_name_words_idx takes them from names.
create or replace function api.search_products(p_query text, p_limit integer default 20)
returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_code constant text := products.normalize_style_code(p_query);
    v_words constant tsquery := (
        select to_tsquery('simple', string_agg(word || ':*', ' & '))
        from regexp_split_to_table(p_query, '[[:space:][:punct:]]+') as word
        where word <> ''
    );
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
            where
                product.style_code = v_code
                or to_tsvector(
                    'simple',
                    regexp_replace(product.name, '[[:space:][:punct:]]+', ' ', 'g')
                ) @@ v_words
            order by is_code desc, product.name asc, product.id asc
            limit p_limit
        ) as found
    );
end;
$function$;

comment on function api.search_products(text, integer) is
'Return products whose style code is p_query, in any spelling, or in whose names each
word of p_query begins a word; style codes first. JSON array of id, slug, style_code and
name, empty for a p_query without words. p_limit: at most so many.';

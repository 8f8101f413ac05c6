-- Sellers write the style code into the title of a listing, as they like. A code that
-- two of our products share does not say which it is.
create or replace function integration.find_listed_product(
    p_title text,
    p_provider text,
    p_provider_product_id text,
    out product_id uuid,
    out reject_reason text
)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with code as (
        select distinct products.normalize_style_code(spelling.text) as code
        from regexp_matches(
            upper(p_title), '([A-Z0-9]{5,})(?:[-_./ ]*([0-9]{3})(?![0-9A-Z]))?', 'g'
        ) as word (parts)
        cross join lateral (
            values
            (word.parts[1]),
            (word.parts[1] || '-' || word.parts[2])
        ) as spelling (text)
        where spelling.text ~ '[0-9]' and length(spelling.text) >= 6
    ),

    linked as (
        select link.product_id as id
        from integration.product_links as link
        where
            link.provider = p_provider
            and link.provider_product_id = p_provider_product_id
            and link.provider_variant_id = ''
    ),

    named as (
        select product.id
        from products.products as product
        inner join code on product.style_code = code.code
        where not exists (select from linked)
    ),

    found as (
        select array_agg(distinct candidate.id) as ids
        from (
            select linked.id
            from linked
            union all
            select named.id
            from named
        ) as candidate
    )

    select
        case when cardinality(found.ids) = 1 then found.ids[1] end,
        case
            when found.ids is null then 'it names no product of ours'
            when cardinality(found.ids) > 1 then 'it names several products of ours'
        end
    from found;
$function$;

comment on function integration.find_listed_product(text, text, text) is
'Return our product that a listing is of, or why that cannot be said. p_title: holds its
style code. p_provider, p_provider_product_id: of a link, which counts for more; null:
the listing names none.';

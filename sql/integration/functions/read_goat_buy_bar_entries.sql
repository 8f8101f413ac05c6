-- GET /web-api/v1/product_variants answers the sizes of one product and does not say of
-- which: that was in the request. GOAT gives its sizes no ids, so the size stands for
-- the variant. A size that cannot be read is rejected by read_goat_buy_bar_prices().
create or replace function integration.read_goat_buy_bar_entries(
    p_payload jsonb,
    p_observed_at timestamptz,
    p_context jsonb
)
returns setof integration.catalogue_entry
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with asked as (
        select
            integration.get_text(p_context, 'subject') as id,
            integration.get_text(p_context, 'style_code') as style_code
    ),

    product as (
        select
            asked.id,
            asked.style_code,
            known.name,
            known.gender,
            brand.name as brand,
            known.release_date
        from asked
        inner join products.products as known
            on products.normalize_style_code(asked.style_code) = known.style_code
        left join core.brands as brand on known.brand_id = brand.id
        where asked.id is not null
        order by known.created_at asc, known.name asc
        limit 1
    ),

    size as (
        select distinct on (label.value)
            label.value as label,
            found.path
        from integration.list_payload_items(p_payload) as found
        cross join lateral (
            select integration.parse_alias_size(found.item -> 'size') as value
        ) as label
        where label.value is not null
        order by label.value asc, length(found.path) asc, found.path asc
    )

    select
        'goat',
        product.id,
        '',
        product.style_code,
        product.brand,
        product.name,
        null,
        product.gender,
        null,
        null::bigint,
        null,
        product.release_date,
        null,
        null,
        p_observed_at,
        'ingest',
        '$',
        null::text,
        null::text[]
    from product
    where exists (select from size)
    union all
    select
        'goat',
        product.id,
        size.label,
        null,
        null,
        null,
        null,
        product.gender,
        null,
        null,
        null,
        null,
        'US',
        size.label,
        p_observed_at,
        'ingest',
        size.path,
        null,
        null
    from product cross join size;
$function$;

comment on function integration.read_goat_buy_bar_entries(
    jsonb, timestamptz, jsonb
) is
'Return the product and the sizes of a GOAT buy-bar answer, as far as we have the
product from somebody else. p_context: subject, the productTemplateId that was asked
for, and style_code, of the product that it is.';

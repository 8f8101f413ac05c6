create or replace function integration.add_products(
    p_entries integration.catalogue_entry[]
)
returns integer
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    with entry as (
        select
            given.*,
            gen_random_uuid() as new_id
        from unnest(p_entries) as given
        where
            coalesce(given.provider_variant_id, '') = ''
            and not exists (
                select
                from integration.product_links as link
                where
                    link.provider = given.provider
                    and link.provider_product_id = given.provider_product_id
                    and link.provider_variant_id = ''
            )
    ),

    new_product as (
        insert into products.products (
            id, style_code, brand_id, category_id, name, slug, colorway, gender,
            retail_price_cents, retail_currency, release_date
        )
        select
            entry.new_id,
            products.normalize_style_code(entry.style_code),
            brand.id,
            category.id,
            btrim(entry.title),
            concat_ws(
                '-',
                rtrim(left(core.slugify(entry.title), 80), '-'),
                left(entry.new_id::text, 8)
            ),
            entry.colorway,
            entry.gender,
            entry.retail_price_cents,
            case
                when entry.retail_price_cents is not null then entry.retail_currency
            end,
            entry.release_date
        from entry
        left join core.brands as brand
            on core.slugify(core.normalize_brand(entry.brand)) = brand.slug
        left join core.categories as category
            on coalesce(entry.category, 'sneakers') = category.slug
    ),

    new_link as (
        insert into integration.product_links (
            provider, provider_product_id, product_id, style_code, title,
            match_method, observed_at, origin
        )
        select
            entry.provider,
            entry.provider_product_id,
            entry.new_id,
            entry.style_code,
            entry.title,
            'new',
            entry.observed_at,
            entry.origin
        from entry
        returning product_id
    )

    select count(*)::integer from new_link;
$function$;

comment on function integration.add_products(integration.catalogue_entry[]) is
'Make a new product, and its link, of each product among the entries that has no link;
return how many. p_entries: of one provider. Part of integration.record_catalogue().';

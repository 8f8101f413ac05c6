-- A style code alone does not make two products one: a provider may sell two products
-- under one code. So a product joins one of ours with the same code that its provider
-- does not call something else already. Where there is a choice, the pair that has most
-- in common is made first, then the older and finally the one that comes first by name.
create or replace function integration.match_products(
    p_entries integration.catalogue_entry[]
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_pair record;
    v_matched integer;
    v_total integer := 0;
begin
    for v_pair in
        select
            entry,
            product.id as product_id
        from unnest(p_entries) as entry
        inner join products.products as product
            on products.normalize_style_code(entry.style_code) = product.style_code
        left join core.brands as brand on product.brand_id = brand.id
        where
            coalesce(entry.provider_variant_id, '') = ''
            and not exists (
                select
                from integration.product_links as link
                where
                    link.provider = entry.provider
                    and link.provider_product_id = entry.provider_product_id
                    and link.provider_variant_id = ''
            )
        order by
            coalesce(
                core.slugify(core.normalize_brand(entry.brand)) = brand.slug, false
            ) desc,
            coalesce(entry.gender = product.gender, false) desc,
            coalesce(entry.release_date = product.release_date, false) desc,
            product.created_at asc,
            product.name asc,
            entry.provider_product_id asc
    loop
        insert into integration.product_links (
            provider, provider_product_id, product_id, style_code, title,
            match_method, observed_at, origin
        )
        select
            (v_pair.entry).provider,
            (v_pair.entry).provider_product_id,
            v_pair.product_id,
            (v_pair.entry).style_code,
            (v_pair.entry).title,
            'style code',
            (v_pair.entry).observed_at,
            (v_pair.entry).origin
        where
            not exists (
                select
                from integration.product_links as link
                where
                    link.product_id = v_pair.product_id
                    and link.provider = (v_pair.entry).provider
            )
        on conflict (provider, provider_product_id, provider_variant_id) do nothing;
        get diagnostics v_matched = row_count;
        v_total := v_total + v_matched;
    end loop;
    return v_total;
end;
$function$;

comment on function integration.match_products(integration.catalogue_entry[]) is
'Link the products among the entries that we have from others already; return how many.
p_entries: of one provider. Part of integration.record_catalogue().';

-- ARCHVD's Alias catalogue. Alias gives its sizes no ids, so the size stands for the
-- variant, and one row becomes a product and all its sizes.
create or replace function strangler.map_alias_products(
    p_row legacy_public.inventory_v4_alias_products
)
returns setof integration.catalogue_entry
language sql stable
as $function$
    select
        'alias',
        p_row.alias_catalog_id,
        part.variant_id,
        case when part.variant_id = '' then p_row.sku end,
        p_row.brand,
        case when part.variant_id = '' then p_row.name end,
        p_row.colorway,
        case when p_row.gender in ('men', 'women', 'unisex', 'youth', 'child', 'infant')
            then p_row.gender end,
        case p_row.product_type when 'sneakers' then 'sneakers' else 'other' end,
        nullif(p_row.retail_price_cents, 0)::bigint,
        'USD',
        (p_row.release_date at time zone 'UTC')::date,
        'US',
        nullif(part.variant_id, ''),
        coalesce(p_row.updated_at, '-infinity'),
        'move:alias_products',
        null,
        case when btrim(p_row.name) = '' then 'it has no name' end,
        null::text[]
    from (
        select '' as variant_id
        union
        select trim_scale((size ->> 'value')::numeric)::text
        from jsonb_array_elements(
            case when jsonb_typeof(p_row.allowed_sizes) = 'array'
                then p_row.allowed_sizes else '[]' end
        ) as size
        where jsonb_typeof(size -> 'value') = 'number'
    ) as part;
$function$;

comment on function strangler.map_alias_products(
    legacy_public.inventory_v4_alias_products
) is
'Return the catalogue entries, the product and each of its sizes, of a row of ARCHVD''s
Alias catalogue.';

select strangler.register_move(
    'alias_products',
    'archvd',
    'Alias products of ARCHVD join the products of the same style code',
    'legacy_public.inventory_v4_alias_products',
    'integration.product_links',
    array['provider', 'provider_product_id', 'provider_variant_id'],
    array['style_code', 'title', 'size_label'],
    'strangler.map_alias_products',
    'integration.record_catalogue',
    'integration.retire_links',
    p_source_group => array['alias_catalog_id', 'allowed_sizes'],
    p_forget_function => 'integration.forget_links'
);

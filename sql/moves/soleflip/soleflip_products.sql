-- SoleFlip's catalogue joins ours by style code; its keys stay known, since its price
-- tables refer to them.
create or replace function strangler.map_soleflip_products(
    p_row legacy_products.products
)
returns setof integration.catalogue_entry
language sql stable
as $function$
    select
        'soleflip',
        p_row.id::text,
        '',
        coalesce(p_row.style_code, p_row.sku)::text,
        brand.name::text,
        p_row.name::text,
        null,
        null,
        'sneakers',
        nullif(integration.cents_from_units(p_row.retail_price::text), 0),
        'EUR',
        (p_row.release_date at time zone 'UTC')::date,
        null,
        null,
        p_row.updated_at,
        'move:soleflip_products',
        null,
        case when btrim(p_row.name) = '' then 'it has no name' end,
        array[p_row.ean, p_row.gtin]::text[]
    from (values (1)) as one (row_number)
    left join legacy_core.brands as brand on brand.id = p_row.brand_id;
$function$;

comment on function strangler.map_soleflip_products(legacy_products.products) is
'Return the catalogue entry of a product of SoleFlip.';

select strangler.register_move(
    'soleflip_products',
    'soleflip',
    'Products of SoleFlip join the products of the same style code',
    'legacy_products.products',
    'integration.product_links',
    array['provider', 'provider_product_id', 'provider_variant_id'],
    array['style_code', 'title'],
    'strangler.map_soleflip_products',
    'integration.record_catalogue',
    'integration.retire_links',
    p_forget_function => 'integration.forget_links'
);

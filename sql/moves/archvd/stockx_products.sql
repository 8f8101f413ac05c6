-- ARCHVD's StockX catalogue. Its retail price has no currency; it is StockX's US list
-- price.
create or replace function strangler.map_stockx_products(
    p_row legacy_public.inventory_v4_stockx_products
)
returns setof integration.catalogue_entry
language sql stable
as $function$
    select
        'stockx',
        p_row.stockx_product_id::text,
        '',
        p_row.style_id,
        p_row.brand,
        p_row.title,
        p_row.colorway,
        case p_row.gender
            when 'kids' then 'youth'
            when 'preschool' then 'child'
            when 'toddler' then 'child'
            else case when p_row.gender in ('men', 'women', 'unisex', 'youth', 'child', 'infant')
                then p_row.gender end
        end,
        case p_row.product_type when 'sneakers' then 'sneakers' else 'other' end,
        nullif(integration.cents_from_units(p_row.retail_price::text), 0),
        'USD',
        p_row.release_date,
        null,
        null,
        coalesce(p_row.updated_at, '-infinity'),
        'move:stockx_products',
        null,
        case when btrim(p_row.title) = '' then 'it has no title' end,
        null::text[];
$function$;

comment on function strangler.map_stockx_products(
    legacy_public.inventory_v4_stockx_products
) is
'Return the catalogue entry of a row of ARCHVD''s StockX catalogue.';

select strangler.register_move(
    'stockx_products',
    'archvd',
    'StockX products of ARCHVD become products, known to StockX by their id',
    'legacy_public.inventory_v4_stockx_products',
    'integration.product_links',
    array['provider', 'provider_product_id', 'provider_variant_id'],
    array['style_code', 'title'],
    'strangler.map_stockx_products',
    'integration.record_catalogue',
    'integration.retire_links',
    p_forget_function => 'integration.forget_links'
);

-- ARCHVD's StockX sizes: 7, 7.5W for women, 3.5Y for youth. Needs move stockx_products.
create or replace function strangler.map_stockx_variants(
    p_row legacy_public.inventory_v4_stockx_variants
)
returns setof integration.catalogue_entry
language sql stable
as $function$
    select
        'stockx',
        p_row.stockx_product_id::text,
        p_row.stockx_variant_id::text,
        null,
        null,
        p_row.variant_name,
        null,
        null,
        null,
        null::bigint,
        null,
        null::date,
        'US',
        p_row.variant_value,
        coalesce(p_row.updated_at, '-infinity'),
        'move:stockx_variants',
        null,
        case
            when btrim(p_row.variant_value) = '' then 'it has no size'
            when not exists (
                select
                from integration.product_links as link
                where
                    link.provider = 'stockx'
                    and link.provider_product_id = p_row.stockx_product_id::text
                    and link.provider_variant_id = ''
            ) then 'its product is not known; finish move stockx_products first'
        end,
        integration.list_gtins(p_row.gtins);
$function$;

comment on function strangler.map_stockx_variants(
    legacy_public.inventory_v4_stockx_variants
) is
'Return the catalogue entry of a row of ARCHVD''s StockX sizes.';

select strangler.register_move(
    'stockx_variants',
    'archvd',
    'StockX variants of ARCHVD become variants, known to StockX by their id',
    'legacy_public.inventory_v4_stockx_variants',
    'integration.product_links',
    array['provider', 'provider_product_id', 'provider_variant_id'],
    array['size_label', 'title'],
    'strangler.map_stockx_variants',
    'integration.record_catalogue',
    'integration.retire_links',
    p_source_group => array['stockx_variant_id', 'stockx_product_id'],
    p_forget_function => 'integration.forget_links'
);

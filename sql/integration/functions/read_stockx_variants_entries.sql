-- GET /v2/catalog/products/{id}/variants answers an array.
create or replace function integration.read_stockx_variants_entries(
    p_payload jsonb,
    p_observed_at timestamptz,
    p_context jsonb
)
returns setof integration.catalogue_entry
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        'stockx',
        variant.product_id,
        variant.id,
        null,
        null,
        integration.get_text(found.item, 'variantName'),
        null,
        null,
        null,
        null::bigint,
        null,
        null::date,
        'US',
        variant.label,
        p_observed_at,
        'ingest',
        found.path,
        case
            when variant.id is null then 'its variantId cannot be read'
            when variant.label is null then 'its variantValue cannot be read'
            when link.product_id is null then 'its product is not known'
        end,
        integration.list_gtins(found.item -> 'gtins')
    from integration.list_payload_items(p_payload) as found
    cross join lateral (
        select
            integration.get_text(found.item, 'productId') as product_id,
            integration.get_text(found.item, 'variantId') as id,
            integration.get_text(found.item, 'variantValue') as label
    ) as variant
    left join integration.product_links as link
        on
            link.provider = 'stockx'
            and variant.product_id = link.provider_product_id
            and link.provider_variant_id = '';
$function$;

comment on function integration.read_stockx_variants_entries(
    jsonb, timestamptz, jsonb
) is
'Return the variants of a StockX v2 variants answer; their products have to be known.';

-- A barcode stays with the product that it was stated for, whoever states it again.
-- What is none by its check digit is left out: it would find another product.
create or replace function integration.add_gtins(
    p_entries integration.catalogue_entry[]
)
returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    insert into products.gtins (product_id, variant_id, gtin, source)
    select distinct on (lpad(code.gtin, 14, '0'), link.product_id, link.variant_id)
        link.product_id,
        link.variant_id,
        lpad(code.gtin, 14, '0'),
        entry.provider
    from unnest(p_entries) as entry
    cross join lateral unnest(entry.gtins) as code (gtin)
    inner join integration.product_links as link
        on
            entry.provider = link.provider
            and entry.provider_product_id = link.provider_product_id
            and coalesce(entry.provider_variant_id, '') = link.provider_variant_id
    where products.is_gtin(code.gtin)
    on conflict (gtin, product_id, variant_id) do nothing;
$function$;

comment on function integration.add_gtins(integration.catalogue_entry[]) is
'Write the barcodes of entries whose products and variants are known. Part of
integration.record_catalogue().';

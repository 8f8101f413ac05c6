-- That a link was seen again is no change, but what comes late is measured by it.
create or replace function integration.touch_links(
    p_entries integration.catalogue_entry[]
)
returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    update integration.product_links as link
    set observed_at = entry.observed_at
    from unnest(p_entries) as entry
    where
        link.provider = entry.provider
        and link.provider_product_id = entry.provider_product_id
        and link.provider_variant_id = coalesce(entry.provider_variant_id, '')
        and link.observed_at < entry.observed_at;
$function$;

comment on function integration.touch_links(integration.catalogue_entry[]) is
'Move observed_at of the links that were seen again. Part of
integration.record_catalogue().';

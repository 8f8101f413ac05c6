-- The link itself stays, and with it what our product or variant is.
create or replace function integration.forget_links(
    p_entries integration.catalogue_entry[]
)
returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    update integration.product_links as link
    set
        observed_at = '-infinity',
        origin = entry.origin
    from unnest(p_entries) as entry
    where
        link.provider = entry.provider
        and link.provider_product_id = entry.provider_product_id
        and link.provider_variant_id = coalesce(entry.provider_variant_id, '');
$function$;

comment on function integration.forget_links(integration.catalogue_entry[]) is
'Let links give way to whatever is recorded next, however old it is. p_entries: what
they are to be called.';

create or replace function integration.update_links(
    p_entries integration.catalogue_entry[],
    p_on_tie text
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_changed integer;
begin
    update integration.product_links as link
    set
        style_code = entry.style_code,
        title = entry.title,
        observed_at = entry.observed_at,
        origin = entry.origin
    from unnest(p_entries) as entry
    where
        coalesce(entry.provider_variant_id, '') = ''
        and link.provider = entry.provider
        and link.provider_product_id = entry.provider_product_id
        and link.provider_variant_id = ''
        and (
            link.observed_at < entry.observed_at
            or (link.observed_at = entry.observed_at and p_on_tie = 'replace')
        )
        and (link.style_code, link.title)
        is distinct from (entry.style_code, entry.title);
    get diagnostics v_changed = row_count;
    return v_changed;
end;
$function$;

comment on function integration.update_links(integration.catalogue_entry[], text) is
'Change the links of products that their provider now calls something else; return how
many. Our product stays as it is. Part of integration.record_catalogue().';

-- A provider that drops a product takes its name for it away, not the product.
create or replace function integration.withdraw_links(
    p_entries integration.catalogue_entry[],
    p_at timestamptz default clock_timestamp()
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_removed integer;
begin
    delete from integration.product_links as link
    using unnest(p_entries) as entry
    where
        link.provider = entry.provider
        and link.provider_product_id = entry.provider_product_id
        and link.provider_variant_id = coalesce(entry.provider_variant_id, '')
        and link.observed_at <= greatest(p_at, entry.observed_at);
    get diagnostics v_removed = row_count;
    return v_removed;
end;
$function$;

comment on function integration.withdraw_links(
    integration.catalogue_entry[], timestamptz
) is
'Remove what a provider calls products and variants; return how many links are gone.
p_entries: the links as last seen. p_at: links observed later stay.';

-- What a provider called a product is not forgotten with the row that said it: prices
-- that go with it have to be told apart still, and should the row come back, it is the
-- same product and not a new one.
create or replace function integration.retire_links(
    p_entries integration.catalogue_entry[],
    p_at timestamptz default clock_timestamp()
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_retired integer;
begin
    update integration.product_links as link
    set
        observed_at = greatest(p_at, entry.observed_at),
        origin = entry.origin
    from unnest(p_entries) as entry
    where
        link.provider = entry.provider
        and link.provider_product_id = entry.provider_product_id
        and link.provider_variant_id = coalesce(entry.provider_variant_id, '')
        and link.observed_at <= greatest(p_at, entry.observed_at);
    get diagnostics v_retired = row_count;
    return v_retired;
end;
$function$;

comment on function integration.retire_links(
    integration.catalogue_entry[], timestamptz
) is
'Keep what a provider called products and variants, but not as something that it still
does; return how many links that are. p_entries: the links as last seen; their origin,
which begins with "withdrawn:", says so. p_at: links observed later stay as they are.';

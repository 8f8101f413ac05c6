-- Two providers' variants are one variant when their labels mean the same size of the
-- same product.
create or replace function integration.record_variants(
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
    perform integration.add_variants(p_entries);

    insert into integration.product_links as link (
        provider, provider_product_id, provider_variant_id, product_id, variant_id,
        style_code, title, size_label, match_method, observed_at, origin
    )
    select
        (sized.entry).provider,
        (sized.entry).provider_product_id,
        (sized.entry).provider_variant_id,
        sized.product_id,
        variant.id,
        (sized.entry).style_code,
        (sized.entry).title,
        (sized.entry).size_label,
        'parent',
        (sized.entry).observed_at,
        (sized.entry).origin
    from integration.resolve_sizes(p_entries) as sized
    inner join products.variants as variant on sized.product_id = variant.product_id
    inner join products.sizes as size
        on
            variant.size_id = size.id
            and sized.region = size.region
            and sized.gender = size.gender
            and sized.label = size.label
    on conflict (provider, provider_product_id, provider_variant_id) do update set
        product_id = excluded.product_id,
        variant_id = excluded.variant_id,
        style_code = excluded.style_code,
        title = excluded.title,
        size_label = excluded.size_label,
        observed_at = excluded.observed_at,
        origin = excluded.origin
    where
        (
            link.observed_at < excluded.observed_at
            or (link.observed_at = excluded.observed_at and p_on_tie = 'replace')
        )
        and (link.variant_id, link.style_code, link.title, link.size_label)
        is distinct from (
            excluded.variant_id, excluded.style_code, excluded.title,
            excluded.size_label
        );
    get diagnostics v_changed = row_count;
    return v_changed;
end;
$function$;

comment on function integration.record_variants(integration.catalogue_entry[], text) is
'Write the variants among the entries, and their links; return how many links are new or
changed. Part of integration.record_catalogue(), which is to be called instead.';

create or replace function integration.add_brands(
    p_entries integration.catalogue_entry[]
)
returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    insert into core.brands (name, slug)
    select distinct on (brand.slug)
        brand.name,
        brand.slug
    from unnest(p_entries) as entry
    cross join lateral (
        select
            core.normalize_brand(entry.brand) as name,
            core.slugify(core.normalize_brand(entry.brand)) as slug
    ) as brand
    where brand.slug is not null
    order by brand.slug asc, brand.name asc
    on conflict (slug) do nothing;
$function$;

comment on function integration.add_brands(integration.catalogue_entry[]) is
'Add the brands of the entries that are not known in any spelling. Part of
integration.record_catalogue().';

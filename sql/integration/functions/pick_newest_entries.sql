create or replace function integration.pick_newest_entries(
    p_entries integration.catalogue_entry[],
    p_on_tie text
)
returns setof integration.catalogue_entry
language sql immutable
set search_path = pg_catalog, pg_temp
as $function$
    with given as (
        select
            entry,
            row_number() over () as place
        from unnest(p_entries) as entry
    ),

    newest as (
        select distinct on (
            (given.entry).provider,
            (given.entry).provider_product_id,
            coalesce((given.entry).provider_variant_id, '')
        )
            given.entry
        from given
        order by
            (given.entry).provider asc,
            (given.entry).provider_product_id asc,
            coalesce((given.entry).provider_variant_id, '') asc,
            (given.entry).observed_at desc,
            case p_on_tie when 'keep' then given.place else - given.place end asc
    )

    select (newest.entry).*
    from newest;
$function$;

comment on function integration.pick_newest_entries(
    integration.catalogue_entry[], text
) is
'Return the newest entry of each product and variant. p_on_tie: of equally old ones,
replace lets the last count, keep the first. Part of integration.record_catalogue().';

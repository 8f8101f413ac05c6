create or replace function platforms.forget_listings(
    p_entries platforms.listing_entry[]
)
returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    update platforms.listings as known
    set
        observed_at = '-infinity',
        origin = entry.origin
    from unnest(p_entries) as entry
    where known.id = entry.id;
$function$;

comment on function platforms.forget_listings(platforms.listing_entry[]) is
'Let listings give way to whatever is recorded next, however old it is.';

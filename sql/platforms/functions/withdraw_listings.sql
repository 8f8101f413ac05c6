-- Orders refer to a listing, so it is marked and not deleted.
create or replace function platforms.withdraw_listings(
    p_entries platforms.listing_entry[],
    p_at timestamptz default clock_timestamp()
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_withdrawn integer;
begin
    update platforms.listings as known
    set
        status = 'removed',
        sold_price_cents = null,
        delisted_at = greatest(p_at, entry.observed_at),
        observed_at = greatest(p_at, entry.observed_at),
        origin = entry.origin
    from unnest(p_entries) as entry
    where
        known.id = entry.id
        and known.observed_at <= greatest(p_at, entry.observed_at);
    get diagnostics v_withdrawn = row_count;
    return v_withdrawn;
end;
$function$;

comment on function platforms.withdraw_listings(
    platforms.listing_entry[], timestamptz
) is
'Mark listings as gone from where they came; return how many were. p_entries: as last
seen. p_at: what was stated later than both stays.';

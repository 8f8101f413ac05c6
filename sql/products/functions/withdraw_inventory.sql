-- Orders and listings refer to a piece, so it is marked and not deleted.
create or replace function products.withdraw_inventory(
    p_entries products.inventory_entry[],
    p_at timestamptz default clock_timestamp()
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_withdrawn integer;
begin
    update products.inventory as known
    set
        status = 'removed',
        removed_at = greatest(p_at, entry.observed_at),
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

comment on function products.withdraw_inventory(
    products.inventory_entry[], timestamptz
) is
'Mark inventory as gone from where they came; return how many were. p_entries: as last
seen. p_at: what was stated later than both stays.';

-- The books may have counted an order, so it is marked and not deleted.
create or replace function transactions.withdraw_orders(
    p_entries transactions.order_entry[],
    p_at timestamptz default clock_timestamp()
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_withdrawn integer;
begin
    update transactions.orders as known
    set
        removed_at = greatest(p_at, entry.observed_at),
        observed_at = greatest(p_at, entry.observed_at),
        origin = entry.origin
    from unnest(p_entries) as entry
    where
        known.product_id = entry.product_id
        and known.id = entry.id
        and known.sold_at = entry.sold_at
        and known.observed_at <= greatest(p_at, entry.observed_at);
    get diagnostics v_withdrawn = row_count;
    return v_withdrawn;
end;
$function$;

comment on function transactions.withdraw_orders(
    transactions.order_entry[], timestamptz
) is
'Mark orders as gone from where they came; return how many were. p_entries: as last
seen. p_at: what was stated later than both stays.';

create or replace function transactions.forget_orders(
    p_entries transactions.order_entry[]
)
returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    update transactions.orders as known
    set
        observed_at = '-infinity',
        origin = entry.origin
    from unnest(p_entries) as entry
    where
        known.product_id = entry.product_id
        and known.id = entry.id
        and known.sold_at = entry.sold_at;
$function$;

comment on function transactions.forget_orders(transactions.order_entry[]) is
'Let orders give way to whatever is recorded next, however old it is.';

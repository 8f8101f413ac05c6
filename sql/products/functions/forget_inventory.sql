create or replace function products.forget_inventory(
    p_entries products.inventory_entry[]
)
returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    update products.inventory as known
    set
        observed_at = '-infinity',
        origin = entry.origin
    from unnest(p_entries) as entry
    where known.id = entry.id;
$function$;

comment on function products.forget_inventory(products.inventory_entry[]) is
'Let inventory give way to whatever is recorded next, however old it is.';

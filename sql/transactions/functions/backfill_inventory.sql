create or replace function transactions.backfill_inventory(
    p_first_in_first_out boolean default false,
    p_max_orders integer default 10000
)
returns bigint
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    with matched as (
        select
            found.product_id,
            found.order_id,
            found.sold_at,
            found.inventory_id
        from transactions.match_inventory(p_first_in_first_out) as found
        order by found.sold_at asc, found.order_id asc
        limit p_max_orders
    ),

    written as (
        update transactions.orders as sale
        set inventory_id = matched.inventory_id
        from matched
        where
            sale.product_id = matched.product_id
            and sale.id = matched.order_id
            and sale.sold_at = matched.sold_at
            and sale.inventory_id is null
        returning 1
    )

    select count(*) from written;
$function$;

comment on function transactions.backfill_inventory(boolean, integer) is
'Write into orders which piece of stock they sold, as transactions.match_inventory()
finds it, and return into how many; call it until it returns 0. p_first_in_first_out: as
there. p_max_orders: most orders to write at once.';

create function shop.total(p_order_id bigint)
returns bigint
language sql stable
as $function$
    select price_cents from shop.orders where id = p_order_id;
$function$;
create function shop.report()
returns bigint
language plpgsql stable
as $function$
begin
    return shop.total(1);
end;
$function$;

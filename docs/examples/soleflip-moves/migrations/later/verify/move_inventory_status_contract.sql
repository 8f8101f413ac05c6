-- noqa: disable=LT05
do $verify$
begin
    if exists (
        select from pg_catalog.pg_type as type
        where type.oid = to_regtype('legacy_products.inventory_status') and type.typtype = 'd'
    ) then
        raise exception 'the domain % still stands for the type', 'legacy_products.inventory_status';
    end if;
end;
$verify$;

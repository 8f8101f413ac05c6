do $verify$
begin
    if exists (
        select from pg_catalog.pg_class as class
        where class.oid = to_regclass('sales.refunds') and class.relkind = 'v'
    ) then
        raise exception 'the view % is there', 'sales.refunds';
    end if;
end;
$verify$;

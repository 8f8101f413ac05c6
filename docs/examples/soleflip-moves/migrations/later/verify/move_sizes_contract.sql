do $verify$
begin
    if exists (
        select from pg_catalog.pg_class as class
        where class.oid = to_regclass('public.sizes') and class.relkind = 'v'
    ) then
        raise exception 'the view % is there', 'public.sizes';
    end if;
end;
$verify$;

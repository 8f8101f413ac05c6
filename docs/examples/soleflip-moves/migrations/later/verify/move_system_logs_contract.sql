do $verify$
begin
    if exists (
        select from pg_catalog.pg_class as class
        where class.oid = to_regclass('public.system_logs') and class.relkind = 'v'
    ) then
        raise exception 'the view % is there', 'public.system_logs';
    end if;
end;
$verify$;

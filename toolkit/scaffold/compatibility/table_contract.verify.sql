do $verify$
begin
    if exists (
        select from pg_catalog.pg_class as class
        where class.oid = to_regclass('{{ old_text }}') and class.relkind = 'v'
    ) then
        raise exception 'the view % is there', '{{ old_text }}';
    end if;
end;
$verify$;

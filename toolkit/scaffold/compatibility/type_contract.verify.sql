do $verify$
begin
    if exists (
        select from pg_catalog.pg_type as type
        where type.oid = to_regtype('{{ new_text }}') and type.typtype = 'd'
    ) then
        raise exception 'the domain % still stands for the type', '{{ new_text }}';
    end if;
end;
$verify$;

do $do$
begin
    if not exists (select from pg_tables where tablename = 'notes') then
        execute 'create table shop.notes (body text)';
    end if;
end;
$do$;

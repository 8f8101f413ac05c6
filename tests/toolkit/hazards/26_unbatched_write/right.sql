-- transactional: false
do $do$
declare
    v_rows bigint;
begin
    loop
        update shop.orders set note = ''
        where id in (select id from shop.orders where note is null limit 1000);
        get diagnostics v_rows = row_count;
        exit when v_rows = 0;
        commit;
    end loop;
end;
$do$;

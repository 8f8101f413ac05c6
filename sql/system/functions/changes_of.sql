create or replace function system.changes_of(p_transaction bigint)
returns table (name text, change_id bigint, operation text)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_registered system.audited_tables;
begin
    for v_registered in
        select registered.* from system.audited_tables as registered
        where registered.audited is not null
    loop
        return query execute format(
            'select %L::text, kept.trail_id, kept.trail_operation::text'
            ' from %s as kept where kept.trail_transaction = $1',
            v_registered.name, v_registered.history
        )
        using p_transaction;
    end loop;
end;
$function$;

comment on function system.changes_of(bigint) is
'Return what a transaction changed in audited tables, in no order. p_transaction: as in
system.audit_log.';

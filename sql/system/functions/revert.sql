create or replace function system.revert(p_transaction bigint)
returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_reason constant text := current_setting('mdt.reason', true);
    v_tables constant text[] := array(
        select distinct changes.name from system.changes_of(p_transaction) as changes
        order by changes.name
    );
    v_name text;
    v_done bigint;
begin
    if cardinality(v_tables) = 0 then
        raise exception 'transaction % changed no audited table', p_transaction
            using errcode = 'MD407',
                hint = 'Find it in system.audit_log, column transaction_id.';
    end if;
    foreach v_name in array v_tables loop
        perform system.require_revertible(v_name, p_transaction);
    end loop;
    if coalesce(v_reason, '') = '' then
        perform set_config(
            'mdt.reason', format('revert of transaction %s', p_transaction), true
        );
    end if;
    v_done := system.undo_groups(
        p_transaction, array(select system.change_groups(p_transaction))
    );
    perform set_config('mdt.reason', coalesce(v_reason, ''), true);
    return v_done;
end;
$function$;

comment on function system.revert(bigint) is
'Undo what a transaction did to audited tables, and return how many rows that took.
It is all or nothing, and is recorded like any change. Locks the tables against
writers until it ends. p_transaction: transaction_id of system.audit_log. Errors:
MD405 when a row was changed since, or is referred to by rows that would go with it,
each named in the detail; MD407 when it changed nothing that is audited.';

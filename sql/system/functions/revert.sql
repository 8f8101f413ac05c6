-- The changes are undone in the opposite order, those of one statement by one statement,
-- so that each constraint sees what it saw before.
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
    v_group record;
    v_done bigint := 0;
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
    for v_group in
        with numbered as (
            select
                changes.*,
                row_number() over (order by changes.change_id)
                - row_number() over (
                    partition by changes.name, changes.operation
                    order by changes.change_id
                ) as run
            from system.changes_of(p_transaction) as changes
        )

        select
            numbered.name,
            numbered.operation,
            int8range(min(numbered.change_id), max(numbered.change_id), '[]') as span
        from numbered
        group by numbered.name, numbered.operation, numbered.run
        order by max(numbered.change_id) desc
    loop
        v_done := v_done + system.undo_changes(
            v_group.name, v_group.operation, p_transaction, v_group.span
        );
    end loop;
    perform set_config('mdt.reason', coalesce(v_reason, ''), true);
    return v_done;
end;
$function$;

comment on function system.revert(bigint) is
'Undo what a transaction did to audited tables, and return how many changes that was. It
is all or nothing, and is recorded like any change. Locks the tables against writers until
it ends. p_transaction: transaction_id of system.audit_log. Errors: MD405 when a row was
changed since, or is referred to by rows that would go with it, each named in the detail;
MD407 when it changed nothing that is audited.';

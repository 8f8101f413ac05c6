create or replace function system.generate_audit_log()
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    execute format(
        $view$
        create or replace view system.audit_log with (security_invoker = true) as
        select
            changes.change_id,
            changes.changed_at,
            registered.audited::text as table_name,
            changes.operation,
            changes.key,
            changes.old_row,
            coalesce(changes.actor, changes.role) as actor,
            changes.role,
            changes.reason,
            changes.migration,
            changes.transaction_id,
            changes.name
        from (%s) as changes (
            name, change_id, changed_at, operation, transaction_id, role, actor, reason,
            migration, key, old_row
        )
        inner join system.audited_tables as registered using (name)
        $view$,
        (
            select string_agg(system.audit_log_branch(branch.name), ' union all ')
            from (
                select registered.name from system.audited_tables as registered
                union all
                select null
            ) as branch
        )
    );
    comment on view system.audit_log is
    'Every change of every audited table: what, who, when, why and the row before it.
For the row after it, see system.history().';
end;
$function$;

comment on function system.generate_audit_log() is
'Create, or create anew, the view audit_log over all histories.';

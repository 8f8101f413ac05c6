create or replace function system.refresh_audit(
    p_table regclass, p_search_path text default current_setting('search_path')
)
returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_registered constant system.audited_tables := system.require_audited(p_table);
begin
    if not v_registered.is_enabled
        or system.stale_audit_reason(v_registered.name) is null
    then
        return false;
    end if;
    perform system.require_auditable(p_table);
    execute format('lock table %s in share row exclusive mode', p_table);
    if system.has_other_key(v_registered.name) then
        perform system.enable_audit(p_table, p_search_path => p_search_path);
    else
        perform system.record_shape(v_registered.name, false);
        perform system.generate_audit_functions(v_registered.name);
        perform system.create_audit_triggers(v_registered.name);
        perform system.generate_audit_log();
    end if;
    return true;
end;
$function$;

comment on function system.refresh_audit(regclass, text) is
'Let the trail of a table record the columns and partitions that the table has now;
return whether there was anything to do. Old history stays.
p_search_path: that of the caller. Takes SHARE ROW EXCLUSIVE on
the table when there is. Errors: MD403 for a table that was never audited; those of
system.enable_audit().';

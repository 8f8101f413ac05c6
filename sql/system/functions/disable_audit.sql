create or replace function system.disable_audit(p_table regclass)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_registered constant system.audited_tables := system.require_audited(p_table);
begin
    perform system.drop_audit_triggers(v_registered.name);
    update system.audited_tables set is_enabled = false where name = v_registered.name;
end;
$function$;

comment on function system.disable_audit(regclass) is
'Stop recording the changes of a table; its history stays and can be read.
Errors: MD403 for a table that was never audited.';

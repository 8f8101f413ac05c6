create or replace function system.retire_history(p_name text)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    perform system.drop_audit_triggers(p_name);
    update system.audited_tables
    set audited = null, is_enabled = false
    where name = p_name;
end;
$function$;

comment on function system.retire_history(text) is
'End a history whose table got another primary key; it stays readable as a table and in
audit_log. p_name: of system.audited_tables.';

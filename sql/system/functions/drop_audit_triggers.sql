create or replace function system.drop_audit_triggers(p_name text)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_function regprocedure;
    v_trigger record;
begin
    foreach v_function in array system.audit_functions(p_name) loop
        for v_trigger in
            select trigger.tgname as name, trigger.tgrelid::regclass as relation
            from pg_catalog.pg_trigger as trigger
            where trigger.tgfoid = v_function and trigger.tgparentid = 0
        loop
            execute format('drop trigger %I on %s', v_trigger.name, v_trigger.relation);
        end loop;
        execute format('drop function %s', v_function);
    end loop;
end;
$function$;

comment on function system.drop_audit_triggers(text) is
'Remove the triggers of an audited table and the functions that were generated for them.
p_name: of system.audited_tables.';

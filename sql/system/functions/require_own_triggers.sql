create or replace function system.require_own_triggers(p_table regclass)
returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
begin
    if exists (
        select
        from pg_catalog.pg_trigger as trigger
        inner join pg_catalog.pg_proc as function on trigger.tgfoid = function.oid
        where
            trigger.tgrelid = p_table
            and trigger.tgname in (
                'audit_insert', 'audit_update', 'audit_delete', 'audit_truncate',
                'audit_mark'
            )
            and function.pronamespace <> 'system'::regnamespace
    ) then
        raise exception '% has triggers of the names that the trail uses', p_table
            using errcode = '55000',
                detail = 'They may be those of another installation.',
                hint = 'Call disable_audit() there, or rename the triggers.';
    end if;
end;
$function$;

comment on function system.require_own_triggers(regclass) is
'Refuse a table that has triggers of our names that are not ours. Errors: 55000.';

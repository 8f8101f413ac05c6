create or replace function system.refuse_history_change()
returns trigger
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    raise exception '% is append-only', tg_relid::regclass
        using errcode = 'MD406',
            detail = 'What was recorded is not changed; it ends with its partition.',
            hint = 'Its retention is set with system.enable_audit().';
end;
$function$;
comment on function system.refuse_history_change() is
'Trigger of every history: refuses to update, delete or truncate. Errors: MD406.';
drop table system.retention_runs;
drop table system.retention_policies;
drop table system.erasure_steps;
drop table system.erasures;
drop function system.refuse_erasure_change();
drop table system.classified_columns;
drop table system.classified_tables;

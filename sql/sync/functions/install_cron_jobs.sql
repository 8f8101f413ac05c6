-- Brings pg_cron to what is declared: repeating it mends whatever differs.
create or replace function sync.install_cron_jobs()
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    c_pg_cron constant text := 'cron';
    v_job record;
    v_changed integer := 0;
begin
    perform sync.require_pg_cron();
    for v_job in
        select drift.job_name, drift.problem, drift.schedule, drift.command
        from sync.cron_drift as drift
        order by drift.job_name
    loop
        -- Anew, and so active again, whatever it was.
        perform sync.unschedule_cron_job(v_job.job_name);
        if v_job.problem <> 'not declared' then
            execute format('select %I.schedule($1, $2, $3)', c_pg_cron)
            using v_job.job_name, v_job.schedule, v_job.command;
        end if;
        v_changed := v_changed + 1;
    end loop;
    return v_changed;
end;
$function$;

comment on function sync.install_cron_jobs() is
'Schedule every declared job with the pg_cron of this database, and remove what is no
longer declared; return how many jobs that changed.
Errors: MD207 when pg_cron is not in this database.';

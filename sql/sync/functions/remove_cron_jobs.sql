-- The declarations stay: the jobs can be installed again, or be run by sync.tick().
create or replace function sync.remove_cron_jobs()
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_job_name text;
    v_removed integer := 0;
begin
    perform sync.require_pg_cron();
    for v_job_name in
        select installed.job_name from sync.installed_cron_jobs() as installed
    loop
        perform sync.unschedule_cron_job(v_job_name);
        v_removed := v_removed + 1;
    end loop;
    return v_removed;
end;
$function$;

comment on function sync.remove_cron_jobs() is
'Take all jobs of this installation out of the pg_cron of this database; return how many
there were.
Errors: MD207 when pg_cron is not in this database.';

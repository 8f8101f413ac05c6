-- By id and not by name: pg_cron raises an error for a name that it does not know. Its
-- schema is a parameter here and elsewhere, since not every server has it.
create or replace function sync.unschedule_cron_job(p_job_name text)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    c_pg_cron constant text := 'cron';
begin
    execute format(
        'select %1$I.unschedule(job.jobid) from %1$I.job as job '
        'where job.database = current_database() and job.jobname::text = $1',
        c_pg_cron
    ) using p_job_name;
end;
$function$;

comment on function sync.unschedule_cron_job(text) is
'Take a job out of the pg_cron of this database, where it must be; do nothing when there
is none of that name.
p_job_name: its name in pg_cron.
Errors: 3F000 when pg_cron is not in this database.';

-- What a view can be built on, whether the server has pg_cron or not.
create or replace function sync.installed_cron_jobs()
returns table (job_name text, schedule text, command text, is_active boolean)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    c_pg_cron constant text := 'cron';
begin
    if not sync.has_pg_cron() then
        return;
    end if;
    return query execute format(
        'select job.jobname::text, job.schedule, job.command, job.active '
        'from %I.job as job where job.database = current_database() '
        'and starts_with(job.jobname::text, $1) order by job.jobname',
        c_pg_cron
    ) using sync.cron_job_prefix();
end;
$function$;

comment on function sync.installed_cron_jobs() is
'Return what the pg_cron of this database holds for this installation; nothing when
there is none.';

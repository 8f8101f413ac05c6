-- What pg_cron is told, wherever it lives: to run each job by its name, so that a
-- changed command needs no new schedule, and every run is recorded.
create or replace function sync.wanted_cron_jobs()
returns table (name text, job_name text, schedule text, command text)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        job.name,
        sync.cron_job_prefix() || job.name,
        job.schedule,
        format('select sync.run_cron_job(%L)', job.name)
    from sync.cron_jobs as job
    order by job.name;
$function$;

comment on function sync.wanted_cron_jobs() is
'Return what pg_cron should hold for this installation: name as declared, name, schedule
and command in pg_cron.';

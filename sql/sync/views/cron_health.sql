-- A job that fails every time is as silent as one that nobody runs.
create or replace view sync.cron_health with (security_invoker = true) as
select
    job.name,
    job.schedule,
    job.max_silence,
    job.description,
    latest.started_at as last_started_at,
    latest.caller as last_caller,
    latest.error as last_error,
    success.finished_at as last_success_at,
    coalesce(success.finished_at, '-infinity') < now() - job.max_silence as is_silent
from sync.cron_jobs as job
left join lateral (
    select
        run.started_at,
        run.caller,
        run.error
    from sync.cron_runs as run
    where run.job_name = job.name
    order by run.started_at desc
    limit 1
) as latest on true
left join lateral (
    select run.finished_at
    from sync.cron_runs as run
    where run.job_name = job.name and run.error is null and run.finished_at is not null
    order by run.started_at desc
    limit 1
) as success on true;

comment on view sync.cron_health is
'Each declared job with its last run. last_error: error of the last run, null when it
went well. is_silent: no run has gone well for longer than max_silence, or ever.';

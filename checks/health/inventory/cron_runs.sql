-- title: Regular jobs
-- id: HLT004
with today as (
    select
        run.job_name,
        count(*) as runs,
        count(run.error) as failed
    from sync.cron_runs as run
    where run.started_at > now() - interval '1 day'
    group by run.job_name
),

jobs as (
    select
        job.name,
        job.schedule,
        job.last_caller,
        date_trunc('second', job.last_success_at) as last_success_at,
        coalesce(today.runs, 0) as runs_today,
        coalesce(today.failed, 0) as failed_today,
        case
            when job.last_error is not null then 'fail'
            when job.is_silent then 'warn'
            else 'ok'
        end as status
    from sync.cron_health as job
    left join today on job.name = today.job_name
)

select
    jobs.name,
    jobs.schedule,
    jobs.last_success_at,
    jobs.last_caller,
    jobs.runs_today,
    jobs.failed_today,
    jobs.status
from jobs
order by jobs.name;

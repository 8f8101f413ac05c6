-- title: Scheduled job that leaves no trace
-- id: OPS002
-- area: operations
-- severity: error
-- cost: statistics
-- requires: extension:pg_cron, relation:cron.job_run_details
-- why: a job that does not start cannot fail, so every alarm on failures stays quiet
-- fix: see that the scheduler runs (pg_stat_activity, cron.max_running_jobs), that the
-- fix: job's database exists and that its user may log in

-- Silent is twice the time between two runs, and five minutes more, without a run.
with jobs as (
    select
        job.jobid,
        job.jobname,
        job.schedule,
        regexp_split_to_array(trim(job.schedule), '\s+') as fields
    from cron.job as job
    where job.active and coalesce(current_setting('cron.log_run', true), 'on') <> 'off'
),

periods as (
    select
        jobs.jobid,
        jobs.jobname,
        jobs.schedule,
        case
            when jobs.schedule ~* '^\s*\d+ seconds?\s*$' then jobs.schedule::interval
            when cardinality(jobs.fields) <> 5 then null
            when jobs.fields[4] <> '*' then interval '1 year'
            when jobs.fields[3] <> '*' then interval '31 days'
            when jobs.fields[5] <> '*' then interval '7 days'
            when jobs.fields[2] ~ '^\*/\d+$'
                then substring(jobs.fields[2] from 3)::int * interval '1 hour'
            when jobs.fields[2] <> '*' then interval '1 day'
            when jobs.fields[1] ~ '^\*/\d+$'
                then substring(jobs.fields[1] from 3)::int * interval '1 minute'
            when jobs.fields[1] <> '*' then interval '1 hour'
            else interval '1 minute'
        end as period
    from jobs
),

last_runs as (
    select distinct on (details.jobid)
        details.jobid,
        -- A run that could not even connect has no time; OPS001 reports it.
        coalesce(details.start_time, details.end_time, now()) as started_at
    from cron.job_run_details as details
    order by details.jobid asc, details.runid desc
)

select
    coalesce(quote_ident(periods.jobname), format('job %s', periods.jobid)) as subject,
    format(
        'schedule "%s", last run: %s', periods.schedule,
        coalesce(last_runs.started_at::timestamptz (0)::text, 'none on record')
    ) as detail,
    -- A job without any run may have been scheduled a moment ago.
    case when last_runs.started_at is null then 'warning' else 'error' end as severity
from periods
left join last_runs on periods.jobid = last_runs.jobid
where
    periods.period is not null
    and coalesce(
        last_runs.started_at < now() - 2 * periods.period - interval '5 minutes', true
    )
order by subject;

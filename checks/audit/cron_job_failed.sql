-- title: Scheduled job whose last run failed
-- id: OPS001
-- area: operations
-- severity: error
-- cost: statistics
-- requires: extension:pg_cron, relation:cron.job_run_details
-- why: pg_cron writes the failure into a table that nobody reads, and goes on
-- fix: run its command by hand as the job's user and mend what it reports

-- A run that could not even connect has no time.
with runs as (
    select
        details.jobid,
        details.status,
        details.return_message,
        coalesce(details.end_time, details.start_time) as ended_at,
        row_number() over (
            partition by details.jobid
            order by details.runid desc
        ) as place
    from cron.job_run_details as details
    where details.status in ('succeeded', 'failed')
)

select
    coalesce(quote_ident(job.jobname), format('job %s', job.jobid)) as subject,
    concat(
        'failed', ' at ' || runs.ended_at::timestamptz (0)::text, ': ',
        coalesce(split_part(trim(runs.return_message), e'\n', 1), 'no message')
    ) as detail
from cron.job as job
inner join runs on job.jobid = runs.jobid and runs.place = 1
where job.active and runs.status = 'failed'
order by subject;

-- Due is what has not begun since its schedule fired last, whoever ran it. So a caller
-- that was away catches up with one run, and beside pg_cron nothing is run twice.
create or replace function sync.due_cron_jobs(p_at timestamptz default now())
returns table (name text, due_at timestamptz)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        job.name,
        fired.at
    from sync.cron_jobs as job
    cross join lateral (
        select sync.last_cron_time(job.schedule, p_at) as at
    ) as fired
    where
        not exists (
            select from sync.cron_runs as run
            where run.job_name = job.name and run.started_at >= fired.at
        )
    order by job.name;
$function$;

comment on function sync.due_cron_jobs(timestamptz) is
'Return the declared jobs that have not begun since their schedules fired last, and when
that was.
p_at: the moment that counts.';

-- Both states have a partial index, so this costs what is open, not what was.
create or replace view sync.queue_depth with (security_invoker = true) as
with open_jobs as (
    select
        job.data_type,
        count(*) filter (where job.state = 'waiting') as waiting,
        count(*) filter (where job.state = 'running') as running,
        now() - min(job.run_at) filter (
            where job.state = 'waiting' and job.run_at <= now()
        ) as oldest_age
    from sync.api_call_queue as job
    where job.state = 'waiting' or job.state = 'running'
    group by job.data_type
)

select
    registry.data_type,
    registry.provider,
    registry.is_enabled,
    open_jobs.oldest_age,
    coalesce(open_jobs.waiting, 0) as waiting,
    coalesce(open_jobs.running, 0) as running
from sync.data_type_registry as registry
left join open_jobs on registry.data_type = open_jobs.data_type;

comment on view sync.queue_depth is
'Open jobs per data type right now. oldest_age: time since the oldest waiting job was
due; null when none is.';

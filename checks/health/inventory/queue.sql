-- title: Queue
-- id: HLT003
select
    depth.data_type,
    depth.waiting,
    depth.running,
    count(job.id) filter (where job.state = 'done') as done_today,
    count(job.id) filter (where job.state = 'dead') as dead_today,
    round(
        100.0 * count(job.id) filter (where job.state = 'done')
        / nullif(count(job.id), 0), 1
    ) as success_percent,
    date_trunc('second', depth.oldest_age) as oldest_age
from sync.queue_depth as depth
left join sync.api_call_queue as job
    on
        depth.data_type = job.data_type
        and job.state in ('done', 'dead')
        and job.finished_at > now() - interval '1 day'
where depth.is_enabled
group by depth.data_type, depth.waiting, depth.running, depth.oldest_age
order by depth.data_type;

-- title: Data type whose jobs are given up
-- id: HLT104
-- severity: warning
-- why: what is given up is not asked for again until it is stale once more
-- fix: see their errors with "mdt sync jobs --state dead"

-- Of the jobs of the last day, 95 percent are to succeed.
select
    job.data_type as subject,
    format(
        '%s given up, %s %% succeeded, last error: %s',
        count(*) filter (where job.state = 'dead'),
        round(100.0 * count(*) filter (where job.state = 'done') / count(*), 1),
        (array_agg(job.error order by job.finished_at desc) filter (
            where job.state = 'dead'
        ))[1]
    ) as detail,
    case
        when count(*) filter (where job.state = 'done') < 0.95 * count(*) then 'error'
        else 'warning'
    end as severity
from sync.api_call_queue as job
where
    job.state in ('done', 'dead')
    and job.finished_at > now() - interval '1 day'
group by job.data_type
having count(*) filter (where job.state = 'dead') > 0
order by subject;

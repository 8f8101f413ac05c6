-- title: Regular job that has not finished in time
-- id: HLT103
-- severity: error
-- why: nothing is queued, rescued or cleaned up while it is silent
-- fix: install the jobs with "mdt cron install", or run "mdt sync tick" from a
-- fix: scheduler
select
    job.name as subject,
    format(
        'last success %s, allowed silence %s',
        coalesce(date_trunc('second', job.last_success_at)::text, 'never'),
        job.max_silence
    ) as detail
from sync.cron_health as job
where job.is_silent
order by subject;

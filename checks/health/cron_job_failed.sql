-- title: Regular job whose last run failed
-- id: HLT102
-- severity: error
-- why: it will fail again until somebody looks
-- fix: run it by hand with "select sync.run_cron_job(<name>, 'hand')" and mend the
-- fix: cause
select
    job.name as subject,
    format(
        '%s by %s: %s', job.last_started_at, job.last_caller, job.last_error
    ) as detail
from sync.cron_health as job
where job.last_error is not null
order by subject;

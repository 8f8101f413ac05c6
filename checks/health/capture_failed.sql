-- title: Change of a legacy table that could not be captured
-- id: HLT101
-- severity: error
-- why: the application's write went through, and the new table does not know of it
-- fix: "mdt move rollback <move>", then start, backfill and compare again
select
    log.message as subject,
    format('%s times, last: %s', count(*), max(log.details ->> 'message')) as detail
from system.logs as log
where
    log.component = 'capture'
    and log.level = 'error'
    and log.logged_at > now() - interval '1 day'
group by log.message
order by subject;

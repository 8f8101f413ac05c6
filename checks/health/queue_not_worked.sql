-- title: Jobs that wait too long
-- id: HLT107
-- severity: error
-- why: a queue that is not worked fills up in silence
-- fix: start a worker with "mdt sync worker"; see who is paused with "mdt sync status"

-- An hour is the shortest time after which a hot subject is stale.
select
    depth.data_type as subject,
    format(
        '%s waiting, the oldest for %s', depth.waiting,
        date_trunc('second', depth.oldest_age)
    ) as detail
from sync.queue_depth as depth
where depth.oldest_age > interval '1 hour'
order by subject;

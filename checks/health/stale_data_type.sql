-- title: Data type with stale subjects
-- id: HLT111
-- severity: warning
-- why: readers would take old prices for today's
-- fix: see what waits with "mdt sync status", and that a worker runs ("mdt sync
-- fix: worker")
select
    alarm.subject,
    alarm.message as detail,
    alarm.severity
from system.alarms as alarm
where alarm.source = 'HLT111'
order by alarm.subject;

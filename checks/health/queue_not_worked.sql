-- title: Jobs that wait too long
-- id: HLT107
-- severity: error
-- why: a queue that is not worked fills up in silence
-- fix: start a worker with "mdt sync worker"; see who is paused with "mdt sync status"
select
    alarm.subject,
    alarm.message as detail,
    alarm.severity
from system.alarms as alarm
where alarm.source = 'HLT107'
order by alarm.subject;

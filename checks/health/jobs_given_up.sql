-- title: Data type whose jobs are given up
-- id: HLT104
-- severity: warning
-- why: what is given up is not asked for again until it is stale once more
-- fix: see their errors with "mdt sync jobs --state dead"
select
    alarm.subject,
    alarm.message as detail,
    alarm.severity
from system.alarms as alarm
where alarm.source = 'HLT104'
order by alarm.subject;

-- title: Regular job that has not finished in time
-- id: HLT103
-- severity: error
-- why: nothing is queued, rescued or cleaned up while it is silent
-- fix: install the jobs with "mdt cron install", or run "mdt sync tick" from a
-- fix: scheduler
select
    alarm.subject,
    alarm.message as detail,
    alarm.severity
from system.alarms as alarm
where alarm.source = 'HLT103'
order by alarm.subject;

-- title: Quota of a provider that is nearly used up
-- id: HLT108
-- severity: warning
-- why: jobs of the provider wait until the window has moved on
-- fix: fetch cold subjects less often, or ask the provider for more
select
    alarm.subject,
    alarm.message as detail,
    alarm.severity
from system.alarms as alarm
where alarm.source = 'HLT108'
order by alarm.subject;

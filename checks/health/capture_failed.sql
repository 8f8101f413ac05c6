-- title: Change of a legacy table that could not be captured
-- id: HLT101
-- severity: error
-- why: the application's write went through, and the new table does not know of it
-- fix: "mdt move rollback <move>", then start, backfill and compare again
select
    alarm.subject,
    alarm.message as detail,
    alarm.severity
from system.alarms as alarm
where alarm.source = 'HLT101'
order by alarm.subject;

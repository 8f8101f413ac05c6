-- title: Regular job whose last run failed
-- id: HLT102
-- severity: error
-- why: it will fail again until somebody looks
-- fix: run it by hand with "select sync.run_cron_job(<name>, 'hand')" and mend the
-- fix: cause
select
    alarm.subject,
    alarm.message as detail,
    alarm.severity
from system.alarms as alarm
where alarm.source = 'HLT102'
order by alarm.subject;

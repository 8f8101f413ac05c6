-- One row for what is wrong now. The health checks of these ids show the same rows, so
-- that a report and an alert never disagree.
create or replace view system.alarms with (security_invoker = true) as
select
    'HLT101' as source,
    log.message as subject,
    'error' as severity,
    format('%s times, last: %s', count(*), max(log.details ->> 'message')) as message
from system.logs as log
where
    log.component = 'capture'
    and log.level = 'error'
    and log.logged_at > now() - interval '1 day'
group by log.message
union all
select
    'HLT102' as source,
    job.name as subject,
    'error' as severity,
    format(
        '%s by %s: %s', job.last_started_at, job.last_caller, job.last_error
    ) as message
from sync.cron_health as job
where job.last_error is not null
union all
select
    'HLT103' as source,
    job.name as subject,
    'error' as severity,
    format(
        'last success %s, allowed silence %s',
        coalesce(date_trunc('second', job.last_success_at)::text, 'never'),
        job.max_silence
    ) as message
from sync.cron_health as job
where job.is_silent
union all
-- Of the jobs of the last day, 95 percent are to succeed.
select
    'HLT104' as source,
    job.data_type as subject,
    case
        when count(*) filter (where job.state = 'done') < 0.95 * count(*) then 'error'
        else 'warning'
    end as severity,
    format(
        '%s given up, %s %% succeeded, last error: %s',
        count(*) filter (where job.state = 'dead'),
        round(100.0 * count(*) filter (where job.state = 'done') / count(*), 1),
        (array_agg(job.error order by job.finished_at desc) filter (
            where job.state = 'dead'
        ))[1]
    ) as message
from sync.api_call_queue as job
where
    job.state in ('done', 'dead')
    and job.finished_at > now() - interval '1 day'
group by job.data_type
having count(*) filter (where job.state = 'dead') > 0
union all
-- An hour is the shortest time after which a hot subject is stale.
select
    'HLT107' as source,
    depth.data_type as subject,
    'error' as severity,
    format(
        '%s waiting, the oldest for %s', depth.waiting,
        date_trunc('second', depth.oldest_age)
    ) as message
from sync.queue_depth as depth
where depth.oldest_age > interval '1 hour'
union all
select
    'HLT108' as source,
    format('%s per %s', usage.provider, usage.quota_window) as subject,
    'warning' as severity,
    format('%s of %s calls used', usage.used_calls, usage.max_calls) as message
from sync.provider_usage as usage
where usage.used_calls >= 0.9 * usage.max_calls
union all
select
    'HLT111' as source,
    freshness.data_type || ' ' || freshness.tier as subject,
    case when freshness.tier = 'hot' then 'error' else 'warning' end as severity,
    format(
        '%s of %s stale, %s never fetched, oldest answer %s',
        freshness.stale, freshness.subjects, freshness.never_fetched,
        coalesce(date_trunc('second', freshness.oldest_fetched_at)::text, 'none')
    ) as message
from sync.subject_freshness as freshness
where freshness.is_enabled and freshness.stale > 0;

comment on view system.alarms is
'What is wrong with the engine now; opened and resolved as rows of system.alerts.';
comment on column system.alarms.source is 'Id of the health check that shows it, too.';
comment on column system.alarms.subject is
'What it is about; with the source it names the alarm.';
comment on column system.alarms.severity is 'warning or error.';
comment on column system.alarms.message is 'One line, for people.';

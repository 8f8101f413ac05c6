-- Nothing where pg_cron is not in this database: the jobs are run from elsewhere then.
create or replace view sync.cron_drift with (security_invoker = true) as
with found as (
    select jsonb_agg(installed) as jobs
    from sync.installed_cron_jobs() as installed
)

select
    drift.job_name,
    drift.problem,
    drift.schedule,
    drift.command
from found
cross join sync.compare_cron_jobs(found.jobs) as drift
where sync.has_pg_cron();

comment on view sync.cron_drift is
'Where the pg_cron of this database differs from what is declared; columns: see
sync.compare_cron_jobs().';

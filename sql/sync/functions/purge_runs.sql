-- What is written every minute grows without end unless somebody takes it away. The
-- last run of each job stays, however old: sync.due_cron_jobs() goes by it.
create or replace function sync.purge_runs(
    p_keep_runs interval default '14 days',
    p_keep_samples interval default '90 days'
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    c_pg_cron constant text := 'cron';
    v_purged integer := 0;
    v_count integer;
begin
    delete from sync.cron_runs as run
    where
        run.started_at < now() - p_keep_runs
        and exists (
            select from sync.cron_runs as later
            where later.job_name = run.job_name and later.started_at > run.started_at
        );
    get diagnostics v_count = row_count;
    v_purged := v_purged + v_count;
    delete from sync.queue_samples as sample
    where sample.sampled_at < now() - p_keep_samples;
    get diagnostics v_count = row_count;
    v_purged := v_purged + v_count;
    delete from sync.active_subscriptions as active where active.expires_at < now();
    get diagnostics v_count = row_count;
    v_purged := v_purged + v_count;
    if sync.has_pg_cron() then
        -- pg_cron keeps its own list of runs, for ever.
        execute format(
            'delete from %1$I.job_run_details as run using %1$I.job as job '
            'where run.jobid = job.jobid and job.database = current_database() '
            'and starts_with(job.jobname::text, $1) and run.end_time < now() - $2',
            c_pg_cron
        ) using sync.cron_job_prefix(), p_keep_runs;
        get diagnostics v_count = row_count;
        v_purged := v_purged + v_count;
    end if;
    return v_purged;
end;
$function$;

comment on function sync.purge_runs(interval, interval) is
'Delete old runs of the regular jobs, pg_cron''s own notes of them, old samples of the
queue and subscriptions that have ended; return how many rows went.
p_keep_runs, p_keep_samples: age up to which they stay; the last run of a job stays
longer.';

-- The error of a command is caught to be recorded: raised, it would take its own record
-- with it. Its code and text are kept in sync.cron_runs and go to the caller as a
-- warning and as the outcome. A cancelled command is not caught: that ends the whole
-- call.
create or replace function sync.run_cron_job(
    p_name text,
    p_caller text default 'pg_cron',
    p_unless_since timestamptz default null,
    out outcome text,
    out detail text
)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_command text;
    v_started_at timestamptz := clock_timestamp();
    v_code text;
begin
    perform sync.require_cron_job(p_name);
    outcome := 'skipped';
    if not pg_try_advisory_xact_lock(
        'sync.cron_jobs'::regclass::oid::integer, hashtext(p_name)
    ) then
        detail := 'another run of it is under way';
        return;
    end if;
    if exists (
        select from sync.cron_runs as run
        where run.job_name = p_name and run.started_at >= p_unless_since
    ) then
        detail := 'it has run in the meantime';
        return;
    end if;
    select job.command into strict v_command
    from sync.cron_jobs as job
    where job.name = p_name;
    begin
        execute v_command into detail;
        outcome := 'done';
    exception when others then
        get stacked diagnostics v_code = returned_sqlstate, detail = message_text;
        outcome := 'failed';
        detail := v_code || ': ' || detail;
        raise warning 'cron job "%" failed: %', p_name, detail using errcode = v_code;
    end;
    insert into sync.cron_runs (
        job_name, started_at, finished_at, caller, result, error
    )
    values (
        p_name, v_started_at, clock_timestamp(), p_caller,
        case when outcome = 'done' then detail end,
        case when outcome = 'failed' then detail end
    );
end;
$function$;

comment on function sync.run_cron_job(text, text, timestamptz) is
'Run a declared job now and record the run. Return outcome and detail: done and what the
command returned; failed and its error, which is recorded and not raised; or skipped and
why: two runs of one job are never under way at once.
p_caller: who asks, e.g. pg_cron or tick. p_unless_since: skip when a run began since
then; null: run whatever has run.
Errors: MD206 when the job is not declared.';

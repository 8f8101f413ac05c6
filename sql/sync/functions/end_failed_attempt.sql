-- Back to waiting, or dead. A dead job frees its key, and its subject is put off by its
-- TTL, doubled with each death in a row, so that it is not queued again at once.
create or replace function sync.end_failed_attempt(
    p_job_id bigint,
    p_error text,
    p_run_at timestamptz,
    p_is_permanent boolean default false
)
returns text
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_ended record;
begin
    update sync.api_call_queue as job
    set
        state = case when fate.is_dead then 'dead' else 'waiting' end,
        finished_at = case when fate.is_dead then clock_timestamp() end,
        run_at = case when fate.is_dead then job.run_at else p_run_at end,
        leased_until = null,
        error = p_error
    from (
        select
            failed.id,
            p_is_permanent or failed.attempt >= registry.max_attempts as is_dead
        from sync.api_call_queue as failed
        inner join sync.data_type_registry as registry
            on failed.data_type = registry.data_type
        where failed.id = p_job_id
    ) as fate
    where job.id = p_job_id and job.id = fate.id and job.state = 'running'
    returning job.state, job.data_type, job.subject into strict v_ended;
    if v_ended.state = 'dead' then
        delete from sync.queue_keys as open_job
        where
            open_job.data_type = v_ended.data_type
            and open_job.subject = v_ended.subject
            and open_job.job_id = p_job_id;
        update sync.subjects as known
        set
            failures = known.failures + 1,
            last_error = p_error,
            due_at = now()
            + sync.time_to_live(known.data_type, known.tier)
            * power(2, least(known.failures, 4))
        where known.data_type = v_ended.data_type and known.subject = v_ended.subject;
    end if;
    return v_ended.state;
end;
$function$;

comment on function sync.end_failed_attempt(bigint, text, timestamptz, boolean) is
'End the attempt of a running job that the caller has locked, and return its new state:
waiting, or dead when the attempts of its data type are used up.
p_error: why. p_run_at: earliest start of the next attempt. p_is_permanent: dead at
once.
Errors: P0002 when the job does not run.';

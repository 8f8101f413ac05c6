-- A lost worker was waited for as long as its lease, so its jobs start again at once. A
-- job that somebody has locked is just being ended. Keys whose job went with an old
-- partition are freed too, or their subjects would never be asked for again.
create or replace function sync.recover_stuck_jobs()
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_job record;
    v_recovered integer := 0;
begin
    for v_job in
        select
            job.id,
            job.worker
        from sync.api_call_queue as job
        where job.state = 'running' and job.leased_until < now()
        order by job.id
        for update skip locked
    loop
        perform sync.end_failed_attempt(
            v_job.id, format('worker "%s" let its lease run out', v_job.worker), now()
        );
        v_recovered := v_recovered + 1;
    end loop;
    delete from sync.queue_keys as open_job
    where not exists (
        select from sync.api_call_queue as job where job.id = open_job.job_id
    );
    return v_recovered;
end;
$function$;

comment on function sync.recover_stuck_jobs() is
'End the attempts whose lease has run out, as failed, and return how many there were:
the jobs can be claimed again at once, or are dead when their attempts are used up.';

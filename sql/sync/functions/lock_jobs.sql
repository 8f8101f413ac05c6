-- What ends or extends an attempt passes here, or does the same in one statement as
-- sync.complete_jobs(), so that it happens once, and in one order of locks: jobs by id,
-- then keys, then subjects. How its plan is kept: see sync.get_queue_batch().
create or replace function sync.lock_jobs(p_receipts text[])
returns table (job_id bigint, data_type text, subject text)
language plpgsql volatile rows 10
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
as $function$
declare
    v_receipts record;
begin
    select receipt.job_ids, receipt.attempts into strict v_receipts
    from sync.read_receipts(p_receipts) as receipt;
    return query
    select
        job.id,
        job.data_type,
        job.subject
    from sync.api_call_queue as job
    inner join unnest(v_receipts.job_ids, v_receipts.attempts)
        as receipt (job_id, attempt)
        on job.id = receipt.job_id and job.attempt = receipt.attempt
    where
        job.id = any(v_receipts.job_ids)
        and job.id >= v_receipts.job_ids[1]
        and job.id <= v_receipts.job_ids[cardinality(v_receipts.job_ids)]
        and job.leased_until is not null
    order by job.id
    for update of job;
end;
$function$;

comment on function sync.lock_jobs(text[]) is
'Lock the running jobs whose current attempt the receipts are for, and return them; a
stale receipt, whose attempt has ended or was taken over, finds none.
Errors: MD203 for a text that is no receipt.';

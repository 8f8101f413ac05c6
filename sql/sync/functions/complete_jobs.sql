-- Ends the attempt, frees the key and dates the subject, for one job as for many. The
-- update itself finds out which receipts are good, in the order of their jobs; how its
-- plan is kept: see sync.get_queue_batch().
create or replace function sync.complete_jobs(
    p_receipts text[],
    out completed integer,
    out stale integer
)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
as $function$
declare
    v_job_ids bigint[];
    v_attempts integer[];
begin
    select receipt.job_ids, receipt.attempts into strict v_job_ids, v_attempts
    from sync.read_receipts(p_receipts) as receipt;
    with ended as (
        update sync.api_call_queue as job
        set
            state = 'done',
            finished_at = clock_timestamp(),
            leased_until = null,
            error = null
        from unnest(v_job_ids, v_attempts) as receipt (job_id, attempt)
        where
            job.id = any(v_job_ids)
            and job.id >= v_job_ids[1]
            and job.id <= v_job_ids[cardinality(v_job_ids)]
            and job.id = receipt.job_id
            and job.attempt = receipt.attempt
            and job.leased_until is not null
        returning job.id, job.data_type, job.subject
    ),

    freed as (
        delete from sync.queue_keys as open_job
        using ended
        where
            open_job.data_type = ended.data_type
            and open_job.subject = ended.subject
            and open_job.job_id = ended.id
    ),

    answered as (
        update sync.subjects as known
        set
            fetched_at = now(),
            due_at = now() + life.time_to_live,
            failures = 0,
            last_error = null
        from ended
        inner join sync.answer_lives as life on ended.data_type = life.data_type
        where
            known.data_type = ended.data_type
            and known.subject = ended.subject
            and known.tier = life.tier
    )

    select count(*) into strict completed from ended;
    stale := cardinality(v_job_ids) - completed;
end;
$function$;

comment on function sync.complete_jobs(text[]) is
'End jobs as done; their subjects count as answered now, and are due when their TTL is
over. Return completed and stale: how many receipts were good, and how many were for
attempts that had ended or had been taken over, which changes nothing.
Errors: MD203 for a text that is no receipt.';

-- Ends the attempt, frees the key and dates the subject, for one job as for many.
create or replace function sync.complete_jobs(
    p_receipts text[],
    out completed integer,
    out stale integer
)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_job_ids bigint[];
begin
    select coalesce(array_agg(held.job_id), '{}') into v_job_ids
    from sync.lock_jobs(p_receipts) as held;
    with ended as (
        update sync.api_call_queue as job
        set
            state = 'done',
            finished_at = clock_timestamp(),
            leased_until = null,
            error = null
        where job.id = any(v_job_ids)
        returning job.id, job.data_type, job.subject
    ),

    freed as (
        delete from sync.queue_keys as open_job
        using ended
        where
            open_job.data_type = ended.data_type
            and open_job.subject = ended.subject
            and open_job.job_id = ended.id
    )

    update sync.subjects as known
    set
        fetched_at = now(),
        due_at = now() + sync.time_to_live(known.data_type, known.tier),
        failures = 0,
        last_error = null
    from ended
    where known.data_type = ended.data_type and known.subject = ended.subject;
    completed := cardinality(v_job_ids);
    stale := (select count(*) from sync.read_receipts(p_receipts)) - completed;
end;
$function$;

comment on function sync.complete_jobs(text[]) is
'End jobs as done; their subjects count as answered now, and are due when their TTL is
over. Return completed and stale: how many receipts were good, and how many were for
attempts that had ended or had been taken over, which changes nothing.
Errors: MD203 for a text that is no receipt.';

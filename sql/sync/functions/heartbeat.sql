-- Called while a request takes longer than a part of the lease.
create or replace function sync.heartbeat(
    p_receipts text[],
    p_lease interval default '5 minutes',
    out extended integer,
    out stale integer
)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    update sync.api_call_queue as job
    set leased_until = clock_timestamp() + p_lease
    from sync.lock_jobs(p_receipts) as held
    where job.id = held.job_id;
    get diagnostics extended = row_count;
    stale := cardinality((sync.read_receipts(p_receipts)).job_ids) - extended;
end;
$function$;

comment on function sync.heartbeat(text[], interval) is
'Extend the leases of running jobs to p_lease from now. Return extended and stale: how
many receipts were good, and how many were for attempts that had ended or had been taken
over.
Errors: MD203 for a text that is no receipt.';

-- Everything that ends or extends an attempt passes here, so that it happens once, and
-- in one order of locks: jobs by id, then keys, then subjects.
create or replace function sync.lock_jobs(p_receipts text[])
returns table (job_id bigint, data_type text, subject text)
language sql volatile rows 10
set search_path = pg_catalog, pg_temp
as $function$
    select
        job.id,
        job.data_type,
        job.subject
    from sync.api_call_queue as job
    inner join sync.read_receipts(p_receipts) as receipt
        on job.id = receipt.job_id and job.attempt = receipt.attempt
    where job.state = 'running'
    order by job.id
    for update of job;
$function$;

comment on function sync.lock_jobs(text[]) is
'Lock the running jobs whose current attempt the receipts are for, and return them; a
stale receipt, whose attempt has ended or was taken over, finds none.
Errors: MD203 for a text that is no receipt.';

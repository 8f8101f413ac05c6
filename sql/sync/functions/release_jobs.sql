-- For a worker that stops. The attempt stays counted, since its receipt must not come
-- to fit again; the calls stay reserved, since when they were is what the quota goes
-- by.
create or replace function sync.release_jobs(p_receipts text[])
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_released integer;
begin
    update sync.api_call_queue as job
    set state = 'waiting', leased_until = null
    from sync.lock_jobs(p_receipts) as held
    where job.id = held.job_id;
    get diagnostics v_released = row_count;
    return v_released;
end;
$function$;

comment on function sync.release_jobs(text[]) is
'Hand claimed jobs back unsent, for anybody to claim at once; return how many there
were. Stale receipts change nothing.
Errors: MD203 for a text that is no receipt.';

-- A provider that says when to come back is believed, within a day: a mistaken header
-- must not keep a subject away for ever.
create or replace function sync.fail_job(
    p_receipt text,
    p_error text,
    p_retry_after interval default null,
    p_is_permanent boolean default false
)
returns text
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_job_id bigint;
    v_attempt integer;
    v_delay interval;
begin
    select
        held.job_id,
        receipt.attempts[1]
    into v_job_id, v_attempt
    from sync.lock_jobs(array[p_receipt]) as held
    cross join sync.read_receipts(array[p_receipt]) as receipt;
    if not found then
        return 'stale';
    end if;
    v_delay := greatest(
        sync.retry_delay(v_attempt),
        least(coalesce(p_retry_after, '0'), interval '1 day')
    );
    return sync.end_failed_attempt(
        v_job_id, coalesce(p_error, 'no reason given'), now() + v_delay, p_is_permanent
    );
end;
$function$;

comment on function sync.fail_job(text, text, interval, boolean) is
'End an attempt as failed and return what became of the job: waiting (for its next
attempt, see sync.retry_delay()), dead when its attempts are used up, or stale when the
attempt had ended or had been taken over, which changes nothing.
p_error: why. p_retry_after: wait at least so long, a day at most. p_is_permanent: true
gives the job up at once.
Errors: MD203 for a text that is no receipt.';

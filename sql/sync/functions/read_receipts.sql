-- A receipt names a job and the attempt that it was claimed for; once another attempt
-- has begun, the old receipt fits nothing.
create or replace function sync.read_receipts(
    p_receipts text[],
    out job_ids bigint[],
    out attempts integer[]
)
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_malformed text;
begin
    select coalesce(receipt.receipt, 'null') into v_malformed
    from unnest(p_receipts) as receipt (receipt)
    where
        (receipt.receipt ~ '^([0-9]{1,18}|[1-8][0-9]{18}):[0-9]{1,9}$') is not true
    limit 1;
    if found then
        raise exception 'receipt "%" is malformed', v_malformed
            using errcode = 'MD203',
                  hint = 'Use it as sync.get_queue_batch() returned it.';
    end if;
    select
        coalesce(array_agg(named.job_id order by named.job_id, named.attempt), '{}'),
        coalesce(array_agg(named.attempt order by named.job_id, named.attempt), '{}')
    into job_ids, attempts
    from (
        select distinct
            split_part(receipt.receipt, ':', 1)::bigint as job_id,
            split_part(receipt.receipt, ':', 2)::integer as attempt
        from unnest(p_receipts) as receipt (receipt)
    ) as named;
end;
$function$;

comment on function sync.read_receipts(text[]) is
'Return job and attempt of each receipt as two lists of one order, by job, without
repetitions.
Errors: MD203 for a text that is no receipt.';

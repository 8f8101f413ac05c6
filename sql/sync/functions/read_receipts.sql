-- A receipt names a job and the attempt that it was claimed for; once another attempt
-- has begun, the old receipt fits nothing.
create or replace function sync.read_receipts(p_receipts text[])
returns table (job_id bigint, attempt integer)
language plpgsql immutable rows 10
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_receipt text;
begin
    foreach v_receipt in array coalesce(p_receipts, '{}') loop
        if
            v_receipt is null
            or v_receipt !~ '^([0-9]{1,18}|[1-8][0-9]{18}):[0-9]{1,9}$'
        then
            raise exception 'receipt "%" is malformed', coalesce(v_receipt, 'null')
                using errcode = 'MD203',
                      hint = 'Use it as sync.get_queue_batch() returned it.';
        end if;
    end loop;
    return query
    select distinct
        split_part(receipt.receipt, ':', 1)::bigint,
        split_part(receipt.receipt, ':', 2)::integer
    from unnest(p_receipts) as receipt (receipt);
end;
$function$;

comment on function sync.read_receipts(text[]) is
'Return job and attempt of each receipt, without repetitions.
Errors: MD203 for a text that is no receipt.';

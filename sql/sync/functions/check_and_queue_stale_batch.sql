-- Safe to call at any time and by several at once: an open job is never doubled.
create or replace function sync.check_and_queue_stale_batch(
    p_data_type text default null,
    p_tier text default null,
    p_max_jobs integer default 1000
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    if p_data_type is not null then
        perform sync.require_data_type(p_data_type);
    end if;
    if p_tier not in ('hot', 'warm', 'cold') then
        raise exception 'tier "%" is not known', p_tier
            using errcode = '22023', detail = 'A tier is hot, warm or cold.';
    end if;
    return sync.queue_due_subjects('on-demand', p_data_type, p_tier, p_max_jobs);
end;
$function$;

comment on function sync.check_and_queue_stale_batch(text, text, integer) is
'Queue the stale subjects of on-demand data types, the longest overdue first; return how
many were queued.
p_data_type, p_tier: only these; null: all. p_max_jobs: the most to queue.
Errors: MD201 when the data type is not registered, 22023 for an unknown tier.';

-- Asked every refresh interval, whether somebody looks or not.
create or replace function sync.queue_scheduled_refreshes(
    p_max_jobs integer default 1000
)
returns integer
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    select sync.queue_due_subjects('scheduled', null, null, p_max_jobs);
$function$;

comment on function sync.queue_scheduled_refreshes(integer) is
'Queue the subjects of scheduled data types whose refresh interval is over; return how
many were queued.
p_max_jobs: the most to queue.';

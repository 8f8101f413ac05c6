-- While somebody looks at it a subject counts as hot, whatever its tier, and goes
-- before what nobody waits for. One whose jobs were given up waits until it is due
-- again.
create or replace function sync.check_and_queue_stale_data_from_presence(
    p_max_jobs integer default 1000
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    c_priority_bonus constant integer := 100;
    v_due record;
    v_queued integer := 0;
begin
    for v_due in
        with seen as (
            select distinct
                active.data_type,
                active.subject
            from sync.active_subscriptions as active
            where active.expires_at > now()
        ),

        due as (
            select
                seen.data_type,
                seen.subject,
                registry.priority
            from seen
            inner join sync.data_type_registry as registry
                on seen.data_type = registry.data_type
            inner join sync.subjects as known
                on seen.data_type = known.data_type and seen.subject = known.subject
            where
                registry.is_enabled
                and coalesce(known.fetched_at, '-infinity') + registry.ttl_hot <= now()
                and (known.failures = 0 or known.due_at <= now())
                and not exists (
                    select from sync.queue_keys as open_job
                    where
                        open_job.data_type = seen.data_type
                        and open_job.subject = seen.subject
                )
            order by known.fetched_at nulls first
            limit p_max_jobs
        )

        select
            due.data_type,
            array_agg(due.subject) as subjects,
            max(due.priority) as priority
        from due
        group by due.data_type
        order by due.data_type
    loop
        v_queued := v_queued + sync.enqueue(
            v_due.data_type, v_due.subjects, v_due.priority + c_priority_bonus
        );
    end loop;
    return v_queued;
end;
$function$;

comment on function sync.check_and_queue_stale_data_from_presence(integer) is
'Queue the subjects that clients look at right now and whose last answer is older than
the hot TTL; return how many were queued.
p_max_jobs: the most to queue, the oldest answers first.';

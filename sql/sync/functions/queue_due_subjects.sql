-- Costs what is due, not what exists: the index on due_at gives the candidates.
create or replace function sync.queue_due_subjects(
    p_strategy text,
    p_data_type text,
    p_tier text,
    p_max_jobs integer
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_due record;
    v_queued integer := 0;
begin
    -- By name, as every caller of enqueue() should: see there.
    for v_due in
        with due as (
            select
                known.data_type,
                known.subject
            from sync.subjects as known
            inner join sync.data_type_registry as registry
                on known.data_type = registry.data_type
            where
                known.due_at <= now()
                and registry.strategy = p_strategy
                and registry.is_enabled
                and (p_data_type is null or known.data_type = p_data_type)
                and (p_tier is null or known.tier = p_tier)
                and not exists (
                    select from sync.queue_keys as open_job
                    where
                        open_job.data_type = known.data_type
                        and open_job.subject = known.subject
                )
            order by known.due_at
            limit p_max_jobs
        )

        select
            due.data_type,
            array_agg(due.subject) as subjects
        from due
        group by due.data_type
        order by due.data_type
    loop
        v_queued := v_queued + sync.enqueue(v_due.data_type, v_due.subjects);
    end loop;
    return v_queued;
end;
$function$;

comment on function sync.queue_due_subjects(text, text, text, integer) is
'Queue the subjects of enabled data types that are due and have no open job, the longest
overdue first; return how many were queued.
p_strategy: on-demand or scheduled. p_data_type, p_tier: only these; null: all.
p_max_jobs: the most to queue.';

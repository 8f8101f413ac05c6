-- The primary key of sync.queue_keys is what makes a second open job impossible, in any
-- race. Keys are inserted in one order, so that two callers cannot wait for each other.
create or replace function sync.enqueue(
    p_data_type text,
    p_subjects text[],
    p_priority integer default null,
    p_run_at timestamptz default now()
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_registry record;
    v_queued integer;
begin
    select
        registry.is_enabled,
        registry.priority
    into v_registry
    from sync.data_type_registry as registry
    where registry.data_type = p_data_type;
    if not found then
        perform sync.require_data_type(p_data_type);
    elsif not v_registry.is_enabled then
        raise exception 'data type "%" is disabled', p_data_type
            using errcode = 'MD202',
                  hint = 'Set is_enabled in sync.data_type_registry to enable it.';
    end if;
    if exists (
        select from unnest(p_subjects) as named (subject)
        where coalesce(btrim(named.subject), '') = ''
    ) then
        raise exception 'a subject is empty' using errcode = '22023';
    end if;
    with named as materialized (
        select distinct wanted.subject
        from unnest(p_subjects) as wanted (subject)
    ),

    opened as (
        insert into sync.queue_keys as open_job (data_type, subject, job_id)
        select p_data_type, named.subject, sync.next_job_id()
        from named
        order by named.subject
        on conflict (data_type, subject) do nothing
        returning open_job.job_id, open_job.subject
    )

    insert into sync.api_call_queue (id, data_type, subject, priority, run_at)
    select
        opened.job_id,
        p_data_type,
        opened.subject,
        coalesce(p_priority, v_registry.priority),
        p_run_at
    from opened;
    get diagnostics v_queued = row_count;
    return v_queued;
end;
$function$;

comment on function sync.enqueue(text, text[], integer, timestamptz) is
'Queue one job per subject and return how many are new; a subject whose job is still
open, waiting or running, is left alone, so a caller may repeat the call.
p_priority: higher goes first; null: that of the data type. p_run_at: earliest start.
Errors: MD201 when the data type is not registered, MD202 when it is disabled, 22023
when a subject is empty.';

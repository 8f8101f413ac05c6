-- Candidates are locked in a statement of their own and not in a join: the planner must
-- not run the part that locks and limits more than once. Bounds stand beside lists of
-- ids, because only by them partitions are left out of a plan that is kept. The plan is
-- for partitions that are empty in the morning and full at noon, so it goes by index.
create or replace function sync.get_queue_batch(
    p_worker text,
    p_batch_size integer default 10,
    p_data_types text[] default null,
    p_lease interval default '5 minutes'
)
returns table (
    job_id bigint,
    data_type text,
    subject text,
    attempt integer,
    request jsonb,
    leased_until timestamptz,
    receipt text
)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
as $function$
declare
    v_data_types text[];
    v_latest bigint := (extract(epoch from now())::bigint + 86400) * 1000000000;
    v_candidates bigint[];
    v_first bigint;
    v_last bigint;
begin
    if coalesce(p_worker, '') = '' or coalesce(p_batch_size, 0) < 1 then
        raise exception 'a claim needs the name of a worker and a batch size above 0'
            using errcode = '22023';
    end if;
    v_data_types := sync.claimable_data_types(p_data_types);
    select
        array_agg(candidate.id),
        array_agg(candidate.data_type)
    into v_candidates, v_data_types
    from (
        select
            job.id,
            job.data_type
        from sync.api_call_queue as job
        where
            job.state = 'waiting'
            and job.run_at <= now()
            and job.data_type = any(v_data_types)
            and job.id < v_latest
        order by job.priority desc, job.run_at asc, job.id asc
        limit p_batch_size
        for update skip locked
    ) as candidate;
    v_candidates := sync.claim_within_quota(v_candidates, v_data_types);
    select
        min(granted.id),
        max(granted.id)
    into v_first, v_last
    from unnest(v_candidates) as granted (id);
    return query
    with template as materialized (
        select
            claimed_type.data_type,
            sync.request_template(claimed_type.data_type) as template
        from (
            select distinct named.data_type from unnest(v_data_types) as named (data_type)
        ) as claimed_type
    ),

    claimed as (
        update sync.api_call_queue as job
        set
            state = 'running',
            attempt = job.attempt + 1,
            worker = p_worker,
            leased_until = clock_timestamp() + p_lease
        where job.id = any(v_candidates) and job.id >= v_first and job.id <= v_last
        returning
            job.id, job.data_type, job.subject, job.attempt, job.leased_until,
            job.priority, job.run_at
    )

    select
        claimed.id,
        claimed.data_type,
        claimed.subject,
        claimed.attempt,
        sync.fill_request(template.template, claimed.subject),
        claimed.leased_until,
        claimed.id || ':' || claimed.attempt
    from claimed
    inner join template on claimed.data_type = template.data_type
    order by claimed.priority desc, claimed.run_at asc, claimed.id asc;
end;
$function$;

comment on function sync.get_queue_batch(text, integer, text[], interval) is
'Claim waiting jobs that are due, the highest priority first, and return them with what
is to be sent (request: see sync.fill_request()) and the receipt that ends the
attempt. No job is claimed twice; jobs of paused providers and disabled data types
stay, and so do those that the quota of their provider does not allow.
p_worker: name of the caller. p_batch_size: the most to claim. p_data_types: only
these; null: all. p_lease: time after which the caller counts as lost unless it ends
the attempt or calls sync.heartbeat().
Errors: 22023 without a name or with a batch size below 1, 55000 in a transaction that
is not read committed.';

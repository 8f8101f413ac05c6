-- What fits is worked out under the lock and only then reserved, so nothing has to be
-- given back, and a reservation is never of use for half a job. Providers are taken by
-- name, so that two callers cannot wait for each other's quota.
create or replace function sync.claim_within_quota(p_job_ids bigint[])
returns bigint[]
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_provider text;
    v_remaining bigint;
    v_job_ids bigint[];
    v_calls integer;
    v_claimed bigint[] := array[]::bigint[];
begin
    for v_provider in
        select distinct registry.provider
        from sync.api_call_queue as job
        inner join sync.data_type_registry as registry
            on job.data_type = registry.data_type
        where job.id = any(p_job_ids)
        order by registry.provider
    loop
        perform sync.lock_quota(v_provider);
        v_remaining := sync.remaining_calls(v_provider);
        with costs as (
            select
                job.id,
                registry.calls_per_job,
                sum(registry.calls_per_job) over (order by wanted.place) as calls_so_far
            from unnest(p_job_ids) with ordinality as wanted (job_id, place)
            inner join sync.api_call_queue as job on wanted.job_id = job.id
            inner join sync.data_type_registry as registry
                on job.data_type = registry.data_type
            where registry.provider = v_provider
        )

        select
            array_agg(costs.id),
            sum(costs.calls_per_job)
        into v_job_ids, v_calls
        from costs
        where v_remaining is null or costs.calls_so_far <= v_remaining;
        if v_calls > 0 then
            perform sync.reserve_api_calls(v_provider, v_calls);
            v_claimed := v_claimed || v_job_ids;
        end if;
    end loop;
    return v_claimed;
end;
$function$;

comment on function sync.claim_within_quota(bigint[]) is
'Reserve the calls for as many of the jobs, in their order, as the quotas of their
providers allow, and return those jobs.
Errors: 55000 in a transaction that is not read committed.';

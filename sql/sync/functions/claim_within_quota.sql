-- What fits is worked out under the lock and only then reserved, so nothing has to be
-- given back, and a reservation is never of use for half a job. One statement of its
-- own takes the locks, since what others reserved is seen only by the next. Providers
-- are taken by name, so that two callers cannot wait for each other's quota.
create or replace function sync.claim_within_quota(
    p_job_ids bigint[],
    p_data_types text[]
)
returns bigint[]
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_providers text[];
    v_provider text;
    v_granted bigint[];
begin
    v_providers := array(
        select distinct registry.provider
        from sync.data_type_registry as registry
        where registry.data_type = any(p_data_types)
        order by registry.provider
    );
    foreach v_provider in array v_providers loop
        perform sync.lock_quota(v_provider);
    end loop;
    with allowed as materialized (
        select
            asked.provider,
            sync.remaining_calls(asked.provider) as remaining_calls
        from unnest(v_providers) as asked (provider)
    ),

    costs as (
        select
            wanted.job_id,
            wanted.place,
            registry.provider,
            registry.calls_per_job,
            sum(registry.calls_per_job) over (
                partition by registry.provider order by wanted.place
            ) as calls_so_far
        from unnest(p_job_ids, p_data_types)
            with ordinality as wanted (job_id, data_type, place)
        inner join sync.data_type_registry as registry
            on wanted.data_type = registry.data_type
    ),

    granted as materialized (
        select
            costs.job_id,
            costs.place,
            costs.provider,
            costs.calls_per_job
        from costs
        inner join allowed on costs.provider = allowed.provider
        where
            allowed.remaining_calls is null
            or costs.calls_so_far <= allowed.remaining_calls
    ),

    reserved as (
        insert into sync.api_data_usage (provider, used_at, calls)
        select
            granted.provider,
            clock_timestamp(),
            sum(granted.calls_per_job)
        from granted
        group by granted.provider
    )

    select coalesce(array_agg(granted.job_id order by granted.place), '{}')
    into v_granted
    from granted;
    return v_granted;
end;
$function$;

comment on function sync.claim_within_quota(bigint[], text[]) is
'Reserve the calls for as many of the jobs, in their order, as the quotas of their
providers allow, and return those jobs.
p_data_types: those of the jobs, in the same order.
Errors: 55000 in a transaction that is not read committed.';

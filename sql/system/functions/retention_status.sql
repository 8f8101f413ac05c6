create or replace function system.retention_status()
returns table (
    policy text,
    relation_name text,
    action text,
    keep_for interval,
    is_enabled boolean,
    due_rows bigint,
    removed_rows bigint,
    last_run_at timestamptz,
    last_error text
)
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    select
        known.name,
        known.relation::text,
        known.action,
        known.keep_for,
        known.is_enabled,
        system.due_rows(known),
        (
            select coalesce(sum(run.removed_rows), 0)::bigint
            from system.retention_runs as run
            where run.policy = known.name
        ),
        last_run.started_at,
        last_run.error
    from system.retention_policies as known
    left join lateral (
        select run.started_at, run.error
        from system.retention_runs as run
        where run.policy = known.name
        order by run.id desc
        limit 1
    ) as last_run on true
    order by known.name;
$function$;

comment on function system.retention_status() is
'Return each retention policy with the rows that are due now, those that it has
removed so far, and how its last run ended that had something to do.';

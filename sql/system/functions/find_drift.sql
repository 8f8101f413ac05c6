-- While a run is at work, and after one was killed, nobody can tell its changes from
-- those of others; system.installation says so.
create or replace function system.find_drift()
returns table (
    kind text,
    identity text,
    change text,
    differences jsonb,
    old_facts jsonb,
    new_facts jsonb
)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with found as (
        select described.kind, described.identity, described.facts
        from system.describe_catalog(system.installed_schemas()) as described
    )

    select
        coalesce(known.kind, found.kind),
        coalesce(known.identity, found.identity),
        case
            when known.facts is null then 'added'
            when found.facts is null then 'removed'
            else 'changed'
        end,
        case
            when known.facts is not null and found.facts is not null
                then system.compare_facts(known.facts, found.facts)
            else '{}'
        end,
        known.facts,
        found.facts
    from system.catalog_objects as known
    full join found on known.kind = found.kind and known.identity = found.identity
    where known.facts is distinct from found.facts
    order by 1, 2;
$function$;

comment on function system.find_drift() is
'Return every object of the installation that is not as the last run left it: kind,
identity, change (added, removed or changed), the facts that differ, and all facts of
before and of now.';

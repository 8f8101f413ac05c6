-- An object that was not as recorded before the run, and is the same after it, keeps
-- its record, and so goes on being reported; everything else is recorded as it is.
create or replace function system.end_run(p_event text, p_toolkit_version text)
returns text
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    with described as materialized (
        select described.*
        from system.describe_catalog(system.installed_schemas()) as described
    ),

    forgotten as (
        delete from system.catalog_objects as known
        where
            not exists (
                select from described
                where
                    described.kind = known.kind
                    and described.identity = known.identity
            )
            and not (known.is_drifted and known.found is null)
    )

    insert into system.catalog_objects as known (kind, identity, facts, facts_sha256)
    select described.kind, described.identity, described.facts, described.facts_sha256
    from described
    on conflict (kind, identity) do update set
        (facts, facts_sha256) = (excluded.facts, excluded.facts_sha256)
    where
        known.facts is distinct from excluded.facts
        and not (known.is_drifted and known.found is not distinct from excluded.facts);
    update system.catalog_objects as known
    set found = null, is_drifted = false
    where known.is_drifted;
    update system.installation as installation
    set run_started_at = null
    where installation.run_started_at is not null;
    return system.record_fingerprint(p_event, p_toolkit_version);
end;
$function$;

comment on function system.end_run(text, text) is
'Record the catalog as a run leaves it, and return its fingerprint. p_event: apply,
rollback or promote. What differed before the run, and the run did not touch, goes on
being reported by system.find_drift().';

create or replace function system.record_fingerprint(
    p_event text,
    p_toolkit_version text
)
returns text
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    insert into system.catalog_fingerprints as recorded (
        event, fingerprint, objects, chain_sha256, toolkit_version
    )
    select
        p_event,
        system.catalog_fingerprint(),
        (
            select count(*)
            from system.catalog_objects as known
            where known.facts is not null
        ),
        (
            select applied.chain_sha256
            from system.applied_migrations as applied
            order by applied.position_in_order desc
            limit 1
        ),
        p_toolkit_version
    returning recorded.fingerprint;
$function$;

comment on function system.record_fingerprint(text, text) is
'Record the fingerprint of the catalog as recorded, with what came before it, and return
it. p_event: apply, rollback, promote or accept.';

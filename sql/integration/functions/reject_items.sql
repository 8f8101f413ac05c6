-- The value is looked up by its path, so that a parser need not carry it along.
create or replace function integration.reject_items(
    p_snapshot integration.raw_snapshots,
    p_paths text[],
    p_reasons text[]
)
returns integer
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    with rejected as (
        insert into integration.rejected_payloads (
            raw_snapshot_id, provider, payload_kind, path, reason, value
        )
        select
            p_snapshot.id,
            p_snapshot.provider,
            p_snapshot.payload_kind,
            item.path,
            item.reason,
            jsonb_path_query_first(p_snapshot.payload, item.path::jsonpath)
        from unnest(p_paths, p_reasons) as item (path, reason)
        returning id
    )

    select count(*)::integer from rejected;
$function$;

comment on function integration.reject_items(
    integration.raw_snapshots, text[], text[]
) is
'Keep items of a payload that cannot be used, with the reason and what stands there;
return how many. p_paths: JSON paths. p_reasons: one a path. Part of
integration.ingest().';

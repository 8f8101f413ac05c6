-- Refused here, a mistake in the registry never reaches a provider.
create or replace function sync.register_data_type(
    p_data_type text,
    p_provider text,
    p_payload_kind text,
    p_target_table text,
    p_request jsonb,
    p_strategy text default 'on-demand',
    p_refresh_interval interval default null,
    p_ttl_hot interval default '1 hour',
    p_ttl_warm interval default '6 hours',
    p_ttl_cold interval default '24 hours',
    p_priority integer default 100,
    p_calls_per_job integer default 1,
    p_estimated_bytes bigint default 0,
    p_max_attempts integer default 5,
    p_is_enabled boolean default true
)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    perform sync.require_provider(p_provider);
    if to_regclass(p_target_table) is null then
        raise exception 'target table "%" of data type "%" does not exist',
            p_target_table, p_data_type
            using errcode = 'MD205',
                  hint = 'Name it with its schema, as in "integration.price_sources".';
    end if;
    if not coalesce(p_request ->> 'path', '') ^@ '/' then
        raise exception 'request of data type "%" has no path', p_data_type
            using errcode = '22023',
                  detail = 'It needs "path": text that begins with "/".';
    end if;
    insert into sync.data_type_registry (
        data_type, provider, payload_kind, target_table, request, strategy,
        refresh_interval, ttl_hot, ttl_warm, ttl_cold, priority, calls_per_job,
        estimated_bytes, max_attempts, is_enabled
    )
    values (
        p_data_type, p_provider, p_payload_kind, p_target_table, p_request, p_strategy,
        p_refresh_interval, p_ttl_hot, p_ttl_warm, p_ttl_cold, p_priority,
        p_calls_per_job, p_estimated_bytes, p_max_attempts, p_is_enabled
    )
    on conflict (data_type) do update set
        provider = excluded.provider,
        payload_kind = excluded.payload_kind,
        target_table = excluded.target_table,
        request = excluded.request,
        strategy = excluded.strategy,
        refresh_interval = excluded.refresh_interval,
        ttl_hot = excluded.ttl_hot,
        ttl_warm = excluded.ttl_warm,
        ttl_cold = excluded.ttl_cold,
        priority = excluded.priority,
        calls_per_job = excluded.calls_per_job,
        estimated_bytes = excluded.estimated_bytes,
        max_attempts = excluded.max_attempts,
        is_enabled = excluded.is_enabled,
        updated_at = now();
end;
$function$;

comment on function sync.register_data_type(
    text, text, text, text, jsonb, text, interval, interval, interval, interval,
    integer, integer, bigint, integer, boolean
) is
'Register a data type, or replace what is known of it.
p_payload_kind: second argument of integration.ingest(). p_target_table: table that the
answers end in. p_request: JSON object with path, and if wanted method, query, headers,
format (json or csv) and context (JSON object, handed to integration.ingest());
{subject} is replaced in path, query and headers. p_strategy: on-demand, or scheduled
with p_refresh_interval. p_ttl_hot, p_ttl_warm, p_ttl_cold: age at which an answer is
stale, by tier. p_calls_per_job: calls to the provider that one job costs.
Errors: MD204 when the provider is not registered, MD205 when the target table does not
exist, 22023 when the request has no path, 23514 for values that the table refuses.';

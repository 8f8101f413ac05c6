-- What each column says of a person; see docs/privacy.md for the classes.

-- A client may be called after its user.
select system.classify_table(
    'sync.active_subscriptions',
    p_trace => '{client_id, subject}',
    p_plain => '{data_type, expires_at}'
);

select system.classify_table(
    'sync.api_call_queue',
    p_free => '{error}',
    p_trace => '{subject}',
    p_plain => '{
        id, data_type, state, priority, run_at, attempt, worker, leased_until,
        finished_at, http_status, response_bytes
    }'
);

select system.classify_table(
    'sync.api_data_usage',
    p_plain => '{id, provider, used_at, calls, bytes}'
);

select system.classify_table(
    'sync.cron_jobs',
    p_plain => '{name, schedule, command, max_silence, description}'
);

select system.classify_table(
    'sync.cron_runs',
    p_free => '{result, error}',
    p_plain => '{id, job_name, started_at, finished_at, caller}'
);

select system.classify_table(
    'sync.data_type_registry',
    p_free => '{created_by, updated_by}',
    p_plain => '{
        data_type, provider, payload_kind, target_table, strategy, refresh_interval,
        ttl_hot, ttl_warm, ttl_cold, priority, calls_per_job, estimated_bytes,
        max_attempts, request, is_enabled, created_at, updated_at
    }'
);

select system.classify_table(
    'sync.provider_quotas',
    p_plain => '{provider, quota_window, max_calls}'
);

select system.classify_table(
    'sync.providers',
    p_free => '{created_by, updated_by}',
    p_plain => '{
        name, display_name, base_url, is_paused, requests_per_second, created_at,
        updated_at
    }'
);

select system.classify_table(
    'sync.queue_keys',
    p_trace => '{subject}',
    p_plain => '{data_type, job_id}'
);

select system.classify_table(
    'sync.queue_samples',
    p_plain => '{sampled_at, data_type, waiting, running, oldest_age}'
);

select system.classify_table(
    'sync.subjects',
    p_free => '{last_error}',
    p_trace => '{subject}',
    p_plain => '{
        data_type, tier, product_id, fetched_at, due_at, failures, created_at
    }'
);

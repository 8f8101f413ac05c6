-- What each column says of a person; see docs/privacy.md for the classes.

select system.classify_table(
    'system.acceptances',
    p_free => '{reason}',
    p_plain => '{
        id, kind, name, old_sha256, new_sha256, old_content, new_content,
        accepted_at, accepted_by
    }'
);

select system.classify_table(
    'system.alerts',
    p_free => '{subject, message, details, acknowledged_by}',
    p_plain => '{
        id, source, severity, opened_at, seen_at, sightings, acknowledged_at,
        resolved_at
    }'
);

select system.classify_table(
    'system.applied_migrations',
    p_plain => '{
        migration_id, position_in_order, content, content_sha256, rendered_sha256,
        variables, previous_sha256, chain_sha256, applied_at, applied_by,
        duration_ms, toolkit_version, layer, adopted_from
    }'
);

select system.classify_table(
    'system.applied_objects',
    p_plain => '{
        path, schema_name, kind, object_name, content, content_sha256, identities,
        position_in_order, layer, applied_at, applied_by
    }'
);

select system.classify_table(
    'system.audit_moved_keys',
    p_free => '{new_row}',
    p_plain => '{id, name, transaction_id}'
);

select system.classify_table(
    'system.audit_shapes',
    p_plain => '{name, first_change_id, starts_at, follows_gap, columns}'
);

select system.classify_table(
    'system.audited_tables',
    p_plain => '{name, audited, history, is_enabled, recorded_since}'
);

select system.classify_table(
    'system.catalog_fingerprints',
    p_plain => '{
        id, recorded_at, recorded_by, event, fingerprint, objects, chain_sha256,
        server_version, toolkit_version
    }'
);

select system.classify_table(
    'system.catalog_objects',
    p_plain => '{kind, identity, facts, facts_sha256, found, is_drifted}'
);

select system.classify_table(
    'system.classified_columns',
    p_plain => '{relation, column_name, class, replacement}'
);

select system.classify_table(
    'system.classified_tables',
    p_plain => '{relation, subject_kind, rows_kept, legal_basis}'
);

select system.classify_table(
    'system.config',
    p_free => '{value, description, created_by, updated_by}',
    p_plain => '{key, encrypted_value, key_id, created_at, updated_at}'
);

select system.classify_table(
    'system.encryption_keys',
    p_free => '{created_by}',
    p_plain => '{key_id, created_at}'
);

select system.classify_table(
    'system.erasure_steps',
    p_plain => '{erasure_id, relation_name, action, rows}'
);

select system.classify_table(
    'system.erasures',
    p_plain => '{
        id, subject_kind, subject_sha256, mode, origin, erased_at, erased_by,
        transaction_id
    }'
);

select system.classify_table(
    'system.feature_flags',
    p_free => '{created_by, updated_by}',
    p_plain => '{
        flag, is_enabled, rollout_percent, description, created_at, updated_at
    }'
);

select system.classify_table(
    'system.installation',
    p_plain => '{
        id, schema_map, promotion, toolkit_version, installed_at, updated_at,
        run_started_at, role_prefix
    }'
);

select system.classify_table(
    'system.logs',
    p_free => '{message, details}',
    p_plain => '{id, logged_at, level, component}'
);

select system.classify_table(
    'system.migration_progress',
    p_plain => '{
        migration_id, direction, statement_number, statement_sha256, started_at,
        finished_at
    }'
);

select system.classify_table(
    'system.partitioned_tables',
    p_plain => '{
        parent, key_column, epoch, period, premake, retention, archive_after
    }'
);

select system.classify_table(
    'system.retention_policies',
    p_plain => '{
        name, relation, time_column, keep_for, action, condition, batch_rows,
        is_enabled, reason
    }'
);

select system.classify_table(
    'system.retention_runs',
    p_free => '{error}',
    p_plain => '{
        id, policy, started_at, finished_at, removed_rows, removed_partitions,
        left_rows
    }'
);

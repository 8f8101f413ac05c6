-- What each column says of a person; see docs/privacy.md for the classes.

select system.classify_table(
    'auth.api_key_buckets',
    p_subject => '{api_key_id}',
    p_plain => '{tokens, filled_at, used_calls, refused_calls}',
    p_rows_kept => 'never'
);

select system.classify_table(
    'auth.api_keys',
    p_subject => '{user_id}',
    p_attribute => '{name, key_start}',
    p_secret => '{key_sha256}',
    p_free => '{created_by, updated_by}',
    p_plain => '{
        id, scopes, calls_per_minute, burst_calls, expires_at, revoked_at,
        created_at, updated_at
    }',
    p_rows_kept => 'never'
);

select system.classify_table(
    'auth.deletion_requests',
    p_subject => '{user_id}',
    p_attribute => '{reason}',
    p_free => '{outcome, created_by, updated_by}',
    p_plain => '{id, kind, state, requested_at, due_at, finished_at, updated_at}',
    p_legal_basis => 'They prove that the request was met.'
);

select system.classify_table(
    'auth.passwords',
    p_subject => '{user_id}',
    p_secret => '{password_hash}',
    p_plain => '{changed_at}',
    p_rows_kept => 'never'
);

select system.classify_table(
    'auth.permissions',
    p_free => '{created_by, updated_by}',
    p_plain => '{permission, description, created_at, updated_at}'
);

select system.classify_table(
    'auth.role_permissions',
    p_free => '{created_by}',
    p_plain => '{role, permission, created_at}'
);

select system.classify_table(
    'auth.roles',
    p_free => '{created_by, updated_by}',
    p_plain => '{role, description, created_at, updated_at}'
);

select system.classify_table(
    'auth.sessions',
    p_subject => '{user_id}',
    p_attribute => '{last_seen_at, ip_address, user_agent}',
    p_secret => '{token_sha256}',
    p_plain => '{id, created_at, expires_at, revoked_at}',
    p_rows_kept => 'never'
);

select system.classify_table(
    'auth.user_roles',
    p_subject => '{user_id}',
    p_free => '{created_by}',
    p_plain => '{role, expires_at, created_at}',
    p_rows_kept => 'never'
);

-- The person itself. Anonymised, the row is what everything else still refers to.
select system.classify_table(
    'auth.users',
    p_identifier => '{email, username, full_name, avatar_url}',
    p_attribute => '{preferred_currency, time_zone, preferences, last_login_at}',
    p_free => '{created_by, updated_by}',
    p_mark => '{is_active, anonymized_at}',
    p_plain => '{id, retained_until_date, created_at, updated_at}',
    p_replacements => $json${
        "email": "'erased-' || id || '@erased.invalid'",
        "time_zone": "'UTC'",
        "is_active": "false",
        "anonymized_at": "coalesce(anonymized_at, now())"
    }$json$,
    p_rows_kept => 'until_erased',
    p_subject_kind => 'user'
);

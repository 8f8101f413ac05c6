-- Settings of a role count for who logs in as that role, not for its members; so those
-- that applications use can log in, once an administrator has given them a password.
create or replace function system.access_roles()
returns table (role text, name text, can_log_in boolean, settings jsonb, purpose text)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        known.role,
        installation.role_prefix || known.role,
        known.can_log_in,
        known.settings,
        known.purpose
    from system.installation as installation
    cross join lateral (
        values
        ('owner', false, '{}'::jsonb, 'owns the toolkit where nobody logs in as the owner'),
        (
            'migrator', true,
            jsonb_build_object(
                'role', installation.role_prefix || 'owner',
                'idle_in_transaction_session_timeout', '10min'
            ),
            'applies migrations as the owner'
        ),
        (
            'app', true,
            '{"statement_timeout": "30s", "lock_timeout": "5s",
            "idle_in_transaction_session_timeout": "1min"}',
            'the application: the market, and the rows of the user that it names'
        ),
        (
            'worker', true,
            '{"statement_timeout": "5min", "lock_timeout": "10s",
            "idle_in_transaction_session_timeout": "5min"}',
            'asks the providers and takes in what they say'
        ),
        (
            'readonly', true,
            '{"statement_timeout": "5min", "lock_timeout": "5s",
            "idle_in_transaction_session_timeout": "10min",
            "default_transaction_read_only": "on"}',
            'reads the market and what is derived from it, nothing about persons'
        ),
        (
            'auditor', true,
            '{"statement_timeout": "10min", "lock_timeout": "1s",
            "idle_in_transaction_session_timeout": "10min",
            "default_transaction_read_only": "on"}',
            'reads everything but secrets, the change trail too'
        )
    ) as known (role, can_log_in, settings, purpose);
$function$;

comment on function system.access_roles() is
'Return the roles of the database that the toolkit knows: role, name in this cluster,
whether it can log in, settings that it is created with, and purpose.';

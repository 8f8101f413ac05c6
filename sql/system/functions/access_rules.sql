-- The one place that says what each role may do: what is not here is not granted, and
-- is taken away by the next apply. Schemas stand as in the files, so that a renamed one
-- is found, and apart from the names, so that they are not taken for qualifiers.
create or replace function system.access_rules()
returns table (
    role text,
    schema_name text,
    objects text,
    privilege text,
    columns text[],
    shows_secrets boolean
)
language sql immutable
set search_path = pg_catalog, pg_temp
as $function$
    select
        grantee.role,
        split_part(target.objects, ': ', 1),
        format('^(%s)$', split_part(target.objects, ': ', 2)),
        privilege.name,
        rule.columns,
        rule.shows_secrets
    from (
        values
        -- The market and what is derived from it, to all that read.
        ('app readonly worker', 'select', null::text[], false, array[
            'core: brands|categories|colors|materials|tags',
            'products: products|sizes|size_conversions|variants|gtins|misplaced_sizes'
            || '|product_colors|product_materials',
            'integration: product_links|price_sources|price_history|market_snapshots'
            || '|market_sales|offer_histograms|fx_rates',
            'analytics: .*',
            'equities: .*',
            'pricing: .*',
            'platforms: platforms',
            'api: .*',
            'sync: .*',
            'system: feature_flags'
        ]),
        -- The application: presence, users, and the rows that are theirs: see row_rules().
        ('app', 'insert update delete', null, false, array[
            'sync: active_subscriptions'
        ]),
        ('app', 'insert update', null, false, array['sync: subjects']),
        ('app', 'select', null, false, array[
            'core: suppliers|supplier_tags|supplier_links|supplier_history'
            || '|supplier_performance',
            'auth: roles|permissions|role_permissions|user_roles|api_keys'
        ]),
        ('app', 'select insert update delete', null, false, array[
            'core: supplier_accounts|supplier_purchases',
            'products: inventory|inventory_tags|reservations',
            'platforms: listings|accounts'
        ]),
        ('app', 'select insert', null, false, array[
            'platforms: listing_prices|listing_events',
            'auth: users|deletion_requests'
        ]),
        ('app', 'select insert update', null, false, array[
            'transactions: orders|payouts',
            'auth: passwords'
        ]),
        ('app', 'select insert delete', null, false, array['auth: sessions']),
        ('app', 'update', array['last_seen_at', 'revoked_at'], false, array[
            'auth: sessions'
        ]),
        ('app', 'update', array['name', 'revoked_at'], false, array['auth: api_keys']),
        (
            'app', 'update',
            array[
                'email', 'username', 'full_name', 'avatar_url', 'preferred_currency',
                'time_zone', 'preferences', 'last_login_at'
            ],
            false, array['auth: users']
        ),
        ('app', 'execute', null, false, array[
            'auth: create_api_key|use_api_key|use_session|find_login'
        ]),
        -- The worker: the queue, what the providers say, and what it proves itself with.
        ('worker', 'insert update', null, false, array[
            'core: brands|categories|colors|materials|tags'
        ]),
        ('worker', 'insert update delete', null, false, array[
            'products: products|sizes|variants|gtins|product_colors|product_materials',
            'equities: .*'
        ]),
        ('worker', 'select insert update delete', null, false, array[
            'integration: .*',
            'sync: .*'
        ]),
        ('worker', 'usage', null, false, array['sync: .*']),
        ('worker', 'select update', null, false, array[
            'products: inventory|reservations'
        ]),
        ('worker', 'select insert update', null, false, array[
            'platforms: .*',
            'transactions: .*',
            'system: alerts'
        ]),
        ('worker', 'insert', null, false, array['system: logs']),
        ('worker', 'select', null, true, array[
            'core: suppliers|supplier_accounts',
            'platforms: accounts',
            'system: config'
        ]),
        ('worker', 'select', null, false, array['system: installation']),
        -- The auditor: everything that is no secret.
        ('auditor', 'select', null, false, array[
            'core: .*',
            'products: .*',
            'integration: .*',
            'sync: .*',
            'platforms: .*',
            'transactions: .*',
            'pricing: .*',
            'analytics: .*',
            'equities: .*',
            'auth: .*',
            'system: .*',
            'strangler: .*',
            'api: .*'
        ])
    ) as rule (roles, privileges, columns, shows_secrets, targets)
    cross join regexp_split_to_table(rule.roles, ' ') as grantee (role)
    cross join regexp_split_to_table(rule.privileges, ' ') as privilege (name)
    cross join unnest(rule.targets) as target (objects);
$function$;

comment on function system.access_rules() is
'Return what the roles of the database may do: role, schema as in the files, pattern of
the names of tables or functions there, privilege, columns (null: all, but those of
secrets where it reads), and whether it reads secrets. Functions need a rule where they
have the rights of their owner; all others have those of who calls them.';

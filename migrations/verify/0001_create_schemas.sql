-- Each cast raises when its schema is not there.
select
    'core'::regnamespace,
    'products'::regnamespace,
    'integration'::regnamespace,
    'sync'::regnamespace,
    'platforms'::regnamespace,
    'transactions'::regnamespace,
    'pricing'::regnamespace,
    'analytics'::regnamespace,
    'equities'::regnamespace,
    'auth'::regnamespace,
    'system'::regnamespace,
    'strangler'::regnamespace,
    'archive'::regnamespace,
    'api'::regnamespace;
select 1 / count(*) from pg_extension
where extname = 'pg_partman';

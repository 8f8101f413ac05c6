select
    'system.installation'::regclass,
    'system.applied_migrations'::regclass,
    'system.applied_objects'::regclass,
    'system.migration_progress'::regclass,
    'system.acceptances'::regclass,
    'system.catalog_objects'::regclass,
    'system.catalog_fingerprints'::regclass,
    'system.feature_flags'::regclass,
    'system.logs'::regclass,
    'system.logs_component_logged_at_idx'::regclass,
    system.uuid_v7() as example;

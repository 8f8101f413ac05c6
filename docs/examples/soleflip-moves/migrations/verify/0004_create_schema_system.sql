select 'legacy_system'::regnamespace;

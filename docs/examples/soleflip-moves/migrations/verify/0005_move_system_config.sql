select 'legacy_system.config'::regclass;

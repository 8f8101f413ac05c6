select 'legacy_system.logs'::regclass;

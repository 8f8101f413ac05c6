select
    'system.classified_tables'::regclass,
    'system.classified_columns'::regclass,
    'system.erasures'::regclass,
    'system.erasure_steps'::regclass,
    'system.retention_policies'::regclass,
    'system.retention_runs'::regclass,
    'system.refuse_erasure_change()'::regprocedure;

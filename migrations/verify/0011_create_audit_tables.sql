select
    'system.audit_change_id'::regclass,
    'system.audited_tables'::regclass,
    'system.audit_shapes'::regclass,
    'system.audit_moved_keys'::regclass;

select
    'system.audit_change_id'::regclass,
    'system.audited_tables'::regclass,
    'system.audit_shapes'::regclass,
    'system.audit_moved_keys'::regclass;
select created_by, updated_by from core.brands where false;
select created_by, updated_by from core.categories where false;
select created_by, updated_by from products.products where false;
select created_by, updated_by from sync.providers where false;
select created_by, updated_by from sync.data_type_registry where false;
select created_by, updated_by from system.feature_flags where false;

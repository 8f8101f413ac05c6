-- Who changed master data, and what it was before, can be asked for ever.
select system.enable_audit('sync.providers');
select system.enable_audit('sync.data_type_registry');

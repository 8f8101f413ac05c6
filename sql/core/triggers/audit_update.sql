-- Who changed master data, and what it was before, can be asked for ever.
select system.enable_audit('core.brands');
select system.enable_audit('core.categories');
select system.enable_audit('core.suppliers');
select system.enable_audit('core.supplier_accounts');

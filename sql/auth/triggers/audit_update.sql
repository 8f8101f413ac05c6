-- Who may do what, and who changed that, can be asked for ever. Sessions and buckets
-- change with every call and prove nothing; hashes of passwords are kept once only.
select system.enable_audit('auth.users');
select system.enable_audit('auth.roles');
select system.enable_audit('auth.permissions');
select system.enable_audit('auth.role_permissions');
select system.enable_audit('auth.user_roles');
select system.enable_audit('auth.api_keys');
select system.enable_audit('auth.deletion_requests');

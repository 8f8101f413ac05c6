-- It has a part for each audited table, and is made anew whenever there is another.
select system.generate_audit_log();

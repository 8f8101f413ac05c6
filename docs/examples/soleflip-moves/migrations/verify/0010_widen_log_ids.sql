select id from legacy_system.logs
where false;

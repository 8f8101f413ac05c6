drop table system.logs;
drop table system.feature_flags;
drop table system.applied_objects;
drop table system.migration_progress;
drop table system.applied_migrations;
drop table system.installation;
drop function system.uuid_v7();

drop trigger zz_keep_logs_id_new_in_step on legacy_system.logs;
drop function legacy_system.keep_logs_id_new_in_step();
alter table legacy_system.logs drop column id_new;

drop procedure if exists legacy_system.fill_logs_id_new(bigint, double precision);
drop table if exists legacy_system.fill_logs_id_new;
alter table legacy_system.logs alter column id_new drop not null;
drop index concurrently if exists legacy_system.system_logs_id_new_key;

drop view public.system_logs;
alter table legacy_system.logs set schema public;
alter table public.logs rename to system_logs;
alter sequence public.system_logs_id_seq owned by public.system_logs.id;

drop view public.system_config;
alter table legacy_system.config set schema public;
alter table public.config rename to system_config;

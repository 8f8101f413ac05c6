-- Move system logs: take the old name away.
-- allow: ban-drop-view, it was there for who used the old name
-- allow: unconventional_name, the file gets its number when it is released
-- allow: work_under_exclusive_lock, what follows changes the catalog alone
-- noqa: disable=LT05
-- depends: 0006_move_system_logs

-- Nobody is to use public.system_logs any more: "mdt audit code DIR" finds it in programs, and
-- pg_stat_statements what still arrives.
drop view public.system_logs;
alter sequence public.system_logs_id_seq set schema legacy_system;
alter sequence legacy_system.system_logs_id_seq owned by legacy_system.logs.id;

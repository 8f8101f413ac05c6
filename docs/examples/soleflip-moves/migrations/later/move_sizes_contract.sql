-- Move sizes: take the old name away.
-- allow: ban-drop-view, it was there for who used the old name
-- allow: unconventional_name, the file gets its number when it is released
-- noqa: disable=LT05
-- depends: 0003_move_sizes

-- Nobody is to use public.sizes any more: "mdt audit code DIR" finds it in programs, and
-- pg_stat_statements what still arrives.
drop view public.sizes;

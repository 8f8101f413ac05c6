-- Move sales refunds: take the old name away.
-- allow: ban-drop-view, it was there for who used the old name
-- allow: unconventional_name, the file gets its number when it is released
-- allow: work_under_exclusive_lock, what follows changes the catalog alone
-- noqa: disable=LT05
-- depends: 0009_move_sales_refunds

-- Nobody is to use sales.refunds any more: "mdt audit code DIR" finds it in programs, and
-- pg_stat_statements what still arrives.
drop view sales.refunds;
alter sequence sales.refunds_id_seq set schema legacy_transactions;
alter sequence legacy_transactions.refunds_id_seq owned by legacy_transactions.refunds.id;

drop view sales.refunds;
alter table legacy_transactions.refunds set schema sales;
alter sequence sales.refunds_id_seq owned by sales.refunds.id;

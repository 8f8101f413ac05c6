drop view sales.orders;
alter table legacy_transactions.orders set schema sales;
alter sequence sales.orders_id_seq owned by sales.orders.id;

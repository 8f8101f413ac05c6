-- Readers and writers of the old name go on through the view.
alter table shop.orders rename to purchases;
create view shop.orders as select id, note from shop.purchases;

drop table shop.notes;

alter table shop.orders alter column note set default '';

-- allow: drop_column, nobody has read it since the release of 2026-09
alter table shop.orders drop column note;

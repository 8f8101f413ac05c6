-- A varchar without a limit and text are stored alike: nothing is rewritten.
alter table shop.orders alter column note type text;
analyze shop.orders;

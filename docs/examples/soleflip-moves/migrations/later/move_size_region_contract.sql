-- Move size region: give the type its new name, and take the old one away.
-- allow: ban-drop-domain, it was there for who used the new name before
-- allow: rename, nobody uses the old name any more
-- allow: unconventional_name, the file gets its number when it is released
-- noqa: disable=LT05
-- depends: 0002_move_size_region

-- Nobody is to use public.size_region any more: "mdt audit code DIR" finds it in programs.
-- Columns that were declared with the domain have to be given the type before.
drop domain legacy_products.size_region;
alter type public.size_region set schema legacy_products;

-- noqa: disable=LT05
-- allow: rename, it gives the old name back
alter type legacy_products.size_region set schema public;
create domain legacy_products.size_region as public.size_region;
comment on domain legacy_products.size_region is 'The type public.size_region by its new name.';

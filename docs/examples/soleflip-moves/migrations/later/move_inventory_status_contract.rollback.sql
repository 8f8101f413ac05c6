-- noqa: disable=LT05
-- allow: rename, it gives the old name back
alter type legacy_products.inventory_status set schema public;
create domain legacy_products.inventory_status as public.inventory_status;
comment on domain legacy_products.inventory_status is 'The type public.inventory_status by its new name.';

-- Move inventory status.
-- noqa: disable=LT05

-- PostgreSQL has no second name for a type, and a domain over one is not compared with it.
-- So old programs keep the type itself, public.inventory_status, until the
-- contract is released, and new ones get a domain of the new name to declare and cast with.
create domain legacy_products.inventory_status as public.inventory_status;
comment on domain legacy_products.inventory_status is 'The type public.inventory_status by its new name.';

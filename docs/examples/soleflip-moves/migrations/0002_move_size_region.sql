-- Move size region.
-- noqa: disable=LT05
-- depends: 0001_move_inventory_status

-- PostgreSQL has no second name for a type, and a domain over one is not compared with it.
-- So old programs keep the type itself, public.size_region, until the
-- contract is released, and new ones get a domain of the new name to declare and cast with.
create domain legacy_products.size_region as public.size_region;
comment on domain legacy_products.size_region is 'The type public.size_region by its new name.';

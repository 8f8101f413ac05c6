drop view public.sizes;
alter table legacy_products.sizes set schema public;

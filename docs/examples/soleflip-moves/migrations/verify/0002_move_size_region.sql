select 'legacy_products.size_region'::regtype;

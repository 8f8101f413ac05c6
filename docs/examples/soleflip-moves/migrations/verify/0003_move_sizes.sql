select 'legacy_products.sizes'::regclass;

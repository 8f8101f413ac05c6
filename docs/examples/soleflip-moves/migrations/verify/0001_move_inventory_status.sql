select 'legacy_products.inventory_status'::regtype;

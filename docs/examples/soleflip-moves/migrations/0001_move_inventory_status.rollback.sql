drop domain legacy_products.inventory_status;

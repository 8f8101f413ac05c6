drop domain legacy_products.size_region;

-- What each column says of a person; see docs/privacy.md for the classes.

select system.classify_table(
    'products.gtins',
    p_plain => '{product_id, id, gtin, variant_id, source, created_at}'
);

select system.classify_table(
    'products.inventory',
    p_subject => '{owner_id}',
    p_attribute => '{
        location, consigned_to, bought_from, purchase_reference, image_url, notes
    }',
    p_free => '{external_ids, details, created_by, updated_by}',
    p_plain => '{
        id, product_id, variant_id, size_label, quantity, reserved_quantity,
        condition, status, supplier_id, purchased_at, arrived_at, currency,
        purchase_net_cents, purchase_vat_cents, purchase_shipping_cents,
        purchase_total_cents, vat_percent, base_currency, purchase_fx_rate,
        purchase_base_cents, purchase_fx_source, custom_value_cents, origin,
        observed_at, removed_at, created_at, updated_at
    }',
    p_rows_kept => 'until_erased'
);

select system.classify_table(
    'products.inventory_tags',
    p_subject => '{inventory_id}',
    p_plain => '{tag_id}',
    p_rows_kept => 'until_erased'
);

select system.classify_table(
    'products.product_colors',
    p_plain => '{product_id, color_id, position}'
);

select system.classify_table(
    'products.product_materials',
    p_plain => '{product_id, material_id}'
);

select system.classify_table(
    'products.products',
    p_free => '{created_by, updated_by}',
    p_plain => '{
        id, style_code, brand_id, category_id, name, slug, model, nickname,
        colorway, gender, retail_price_cents, retail_currency, release_date,
        description, image_url, created_at, updated_at
    }'
);

select system.classify_table(
    'products.reservations',
    p_subject => '{inventory_id}',
    p_attribute => '{reserved_by, reason}',
    p_free => '{created_by, updated_by}',
    p_plain => '{id, quantity, status, reserved_until, created_at, updated_at}',
    p_rows_kept => 'until_erased'
);

select system.classify_table(
    'products.size_conversions',
    p_plain => '{
        id, brand_id, gender, region, label, standardized_value, source, confidence
    }'
);

select system.classify_table(
    'products.sizes',
    p_plain => '{
        id, category_id, brand_id, region, gender, label, standardized_value,
        created_at
    }'
);

select system.classify_table(
    'products.variants',
    p_plain => '{product_id, id, size_id, created_at}'
);

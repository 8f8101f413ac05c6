-- What each column says of a person; see docs/privacy.md for the classes.

select system.classify_table(
    'pricing.brand_multipliers',
    p_free => '{created_by, updated_by}',
    p_plain => '{
        id, brand_id, multiplier_type, multiplier, is_active, effective_from_date,
        effective_until_date, created_at, updated_at
    }'
);

select system.classify_table(
    'pricing.price_rules',
    p_free => '{created_by, updated_by}',
    p_plain => '{
        id, name, rule_type, priority, is_active, brand_id, category_id,
        platform_id, base_markup_percent, minimum_margin_percent,
        maximum_discount_percent, condition_multipliers, seasonal_adjustments,
        effective_from, effective_until, created_at, updated_at
    }'
);

-- What each column says of a person; see docs/privacy.md for the classes.

select system.classify_table(
    'analytics.demand_forecasts',
    p_plain => '{
        id, run_id, level, product_id, brand_id, category_id, platform_id,
        forecast_date, horizon, expected_units, lower_units, upper_units,
        expected_revenue_cents, currency, model_name, model_version,
        feature_importance, created_at
    }'
);

select system.classify_table(
    'analytics.demand_patterns',
    p_plain => '{
        id, level, product_id, brand_id, category_id, pattern_date, period_type,
        demand_score, velocity_rank, seasonality_factor, trend, volatility, details,
        created_at
    }'
);

select system.classify_table(
    'analytics.forecast_evaluations',
    p_plain => '{
        run_id, level, horizon, evaluated_date, model_name,
        mean_absolute_percent_error, root_mean_square_error, mean_absolute_error,
        r_squared, bias, record_count, period_days, created_at
    }'
);

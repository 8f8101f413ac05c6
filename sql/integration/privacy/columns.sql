-- What each column says of a person; see docs/privacy.md for the classes.

select system.classify_table(
    'integration.fx_rates',
    p_plain => '{base_currency, quote_currency, as_of_date, rate, source}'
);

select system.classify_table(
    'integration.market_sales',
    p_free => '{details}',
    p_plain => '{
        product_id, variant_id, source, region, channel, currency, price_cents,
        sold_at, occurrence, observed_at, external_id, shipping_cents, id
    }'
);

select system.classify_table(
    'integration.market_snapshots',
    p_free => '{details}',
    p_plain => '{
        product_id, id, snapshot_at, ingested_at, variant_id, provider,
        provider_source, provider_product_id, provider_variant_id, style_code,
        size_label, size_region, region, channel, condition, packaging, currency,
        lowest_ask_cents, highest_bid_cents, last_sale_cents, last_sale_at,
        average_price_cents, minimum_price_cents, maximum_price_cents,
        median_price_cents, upper_quartile_price_cents, global_indicator_cents,
        sell_faster_cents, earn_more_cents, beat_us_cents, retail_price_cents,
        average_shipping_cents, spread_cents, spread_percent, ask_count, bid_count,
        sales_count_72_hours, sales_count_7_days, sales_count_30_days,
        sales_count_total, listing_count, volatility, price_premium,
        liquidity_score, data_quality, is_flex_eligible, consignment_fee_percent,
        base_currency, fx_rate, lowest_ask_base_cents, highest_bid_base_cents,
        last_sale_base_cents, raw_snapshot_id, origin
    }'
);

select system.classify_table(
    'integration.offer_histograms',
    p_plain => '{
        product_id, id, variant_id, provider, region, channel, condition, packaging,
        size_label, currency, price_cents, offer_count, snapshot_at,
        raw_snapshot_id, created_at
    }'
);

select system.classify_table(
    'integration.price_history',
    p_plain => '{
        product_id, price_source_id, valid_from, last_seen_at, price_cents, currency
    }'
);

select system.classify_table(
    'integration.price_sources',
    p_plain => '{
        product_id, id, variant_id, source, price_type, condition, region, channel,
        currency, price_cents, stock_quantity, observed_at, changed_at, origin,
        created_at, updated_at
    }'
);

select system.classify_table(
    'integration.product_links',
    p_free => '{details}',
    p_plain => '{
        provider, provider_product_id, provider_variant_id, product_id, variant_id,
        style_code, title, size_label, match_method, match_confidence, url,
        affiliate_url, image_url, observed_at, origin, created_at
    }'
);

select system.classify_table(
    'integration.raw_snapshots',
    p_free => '{context, payload}',
    p_plain => '{id, received_at, provider, payload_kind, observed_at}'
);

select system.classify_table(
    'integration.rejected_payloads',
    p_free => '{path, reason, value}',
    p_plain => '{id, raw_snapshot_id, provider, payload_kind, rejected_at}'
);

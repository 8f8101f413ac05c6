-- What each column says of a person; see docs/privacy.md for the classes.

-- The account that a user sells with.
select system.classify_table(
    'platforms.accounts',
    p_subject => '{owner_id}',
    p_identifier => '{external_account_id, username, email}',
    p_attribute => '{key_id, sync_error}',
    p_secret => '{encrypted_access_token, encrypted_refresh_token}',
    p_free => '{created_by, updated_by}',
    p_plain => '{
        id, platform_id, status, seller_tier, seller_rating, region,
        shipping_method, shipping_fee_cents, currency, commission_percent,
        token_type, scope, token_expires_at, synced_at, created_at, updated_at
    }',
    p_rows_kept => 'until_erased',
    p_subject_kind => 'platform_account'
);

select system.classify_table(
    'platforms.listing_events',
    p_subject => '{listing_id}',
    p_free => '{reason, actor, details}',
    p_plain => '{id, happened_at, event, old_status, status}',
    p_rows_kept => 'until_erased'
);

select system.classify_table(
    'platforms.listing_prices',
    p_subject => '{listing_id}',
    p_free => '{reason}',
    p_plain => '{
        changed_at, id, old_price_cents, price_cents, currency,
        market_lowest_ask_cents, market_highest_bid_cents
    }',
    p_rows_kept => 'until_erased'
);

select system.classify_table(
    'platforms.listings',
    p_subject => '{owner_id}',
    p_free => '{url, details, created_by, updated_by}',
    p_plain => '{
        id, platform_id, account_id, inventory_id, product_id, variant_id,
        size_label, external_listing_id, external_product_id, external_variant_id,
        status, channel, condition, packaging, quantity, currency, price_cents,
        original_price_cents, cost_cents, expected_profit_cents,
        expected_margin_percent, sold_price_cents, market_lowest_ask_cents,
        market_highest_bid_cents, view_count, favorite_count, is_presale,
        presale_marked_at, presale_unmarked_at, listed_at, price_changed_at,
        expires_at, delisted_at, sold_at, observed_at, origin, created_at, updated_at
    }',
    p_rows_kept => 'until_erased'
);

select system.classify_table(
    'platforms.platforms',
    p_free => '{created_by, updated_by}',
    p_plain => '{
        id, name, slug, provider, charges_fees, fee_percent, is_active, created_at,
        updated_at
    }'
);

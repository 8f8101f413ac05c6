-- What each column says of a person; see docs/privacy.md for the classes.

select system.classify_table(
    'core.brands',
    p_free => '{created_by, updated_by}',
    p_plain => '{id, name, slug, created_at, updated_at}'
);

select system.classify_table(
    'core.categories',
    p_free => '{created_by, updated_by}',
    p_plain => '{id, name, slug, parent_id, created_at, updated_at}'
);

select system.classify_table(
    'core.colors',
    p_free => '{created_by, updated_by}',
    p_plain => '{id, name, slug, rgb, created_at, updated_at}'
);

select system.classify_table(
    'core.materials',
    p_free => '{created_by, updated_by}',
    p_plain => '{id, name, slug, created_at, updated_at}'
);

-- The holder of an account is a person of their own, user of ours or not.
select system.classify_table(
    'core.supplier_accounts',
    p_subject => '{owner_id}',
    p_identifier => '{email, address_line_1, phone, payment_method_token}',
    p_attribute => '{
        first_name, last_name, address_line_2, city, postal_code, state_code,
        country_code, payment_method_last4, payment_method_brand, expiry_month,
        expiry_year, key_id, browser_preference, list_name, notes
    }',
    p_secret => '{encrypted_password, encrypted_proxy}',
    p_free => '{created_by, updated_by}',
    p_plain => '{
        id, supplier_id, payment_provider, status, is_verified, last_used_at,
        purchase_count, spent_cents, success_percent, currency, created_at,
        updated_at
    }',
    p_replacements => $json${
        "email": "'erased-' || id || '@erased.invalid'"
    }$json$,
    p_rows_kept => 'until_erased',
    p_subject_kind => 'supplier_account'
);

select system.classify_table(
    'core.supplier_history',
    p_free => '{title, description, source_url, created_by, updated_by}',
    p_plain => '{
        supplier_id, id, event_date, event_type, impact, created_at, updated_at
    }'
);

select system.classify_table(
    'core.supplier_links',
    p_plain => '{provider, provider_product_id, provider_variant_id, supplier_id}'
);

select system.classify_table(
    'core.supplier_performance',
    p_plain => '{
        supplier_id, month_date, order_count, delivery_days, return_percent,
        roi_percent, created_at, updated_at
    }'
);

select system.classify_table(
    'core.supplier_purchases',
    p_subject => '{account_id}',
    p_attribute => '{order_reference, failure_reason, ip_address, user_agent}',
    p_plain => '{
        id, product_id, amount_cents, currency, purchased_at, status, is_successful,
        response_ms, created_at, updated_at
    }',
    p_rows_kept => 'until_erased'
);

select system.classify_table(
    'core.supplier_tags',
    p_plain => '{supplier_id, tag_id}'
);

-- A supplier may be one person. Its name and numbers stand in the books.
select system.classify_table(
    'core.suppliers',
    p_identifier => '{
        contact_person, email, order_email, phone, website, address_line_1,
        founder_name, instagram_url, facebook_url
    }',
    p_attribute => '{
        address_line_2, city, state_province, postal_code, api_url, key_id,
        instagram_handle, twitter_handle, logo_url, story, notes, internal_notes
    }',
    p_secret => '{encrypted_api_key}',
    p_kept => '{name, display_name, tax_id, vat_number, business_registration}',
    p_free => '{
        payment_terms, return_policy, return_conditions, closure_reason, created_by,
        updated_by
    }',
    p_plain => '{
        id, slug, supplier_type, supplier_category, business_size, status,
        is_preferred, is_verified, country, country_code, currency, vat_percent,
        discount_percent, restocking_fee_percent, credit_limit_cents,
        minimum_order_cents, return_days, accepts_exchanges,
        accepts_returns_by_mail, ships_internationally, guarantees_authenticity,
        processing_days, rating, reliability_score, quality_score, has_api,
        order_count, order_value_cents, last_ordered_at, founded_year, closed_date,
        created_at, updated_at
    }',
    p_legal_basis => 'Books name who was bought from, and are kept for ten years.',
    p_subject_kind => 'supplier'
);

select system.classify_table(
    'core.tags',
    p_free => '{created_by, updated_by}',
    p_plain => '{id, name, slug, created_at, updated_at}'
);

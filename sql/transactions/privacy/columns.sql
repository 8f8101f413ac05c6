-- What each column says of a person; see docs/privacy.md for the classes.

-- What the buyer is known by goes with what the seller is known by.
select system.classify_table(
    'transactions.orders',
    p_subject => '{owner_id}',
    p_attribute => '{
        tracking_number, shipping_label_url, shipping_document_path,
        buyer_reference, destination_city, image_url, notes, details
    }',
    p_free => '{created_by, updated_by}',
    p_plain => '{
        product_id, id, sold_at, variant_id, size_label, platform_id, account_id,
        listing_id, inventory_id, payout_id, external_order_id, order_number,
        quantity, channel, condition, status, shipping_status, payment_status,
        currency, sale_price_cents, gross_sale_cents, buyer_premium_cents,
        seller_fee_cents, processing_fee_cents, platform_fee_cents, shipping_cents,
        net_proceeds_cents, cost_cents, gross_profit_cents, net_profit_cents,
        base_currency, fx_rate, sale_base_cents, fx_source, payout_cents,
        paid_out_at, is_paid_out, carrier, destination_country,
        destination_country_code, confirmed_at, shipped_at, estimated_delivery_date,
        delivered_at, completed_at, observed_at, removed_at, origin, created_at,
        updated_at
    }',
    p_legal_basis => 'Books and tax: sales are kept for ten years.'
);

select system.classify_table(
    'transactions.payouts',
    p_subject => '{owner_id}',
    p_attribute => '{details}',
    p_free => '{created_by, updated_by}',
    p_plain => '{
        id, platform_id, account_id, external_payout_id, currency, gross_cents,
        fees_cents, net_cents, status, method, period_start_date, period_end_date,
        order_count, external_order_ids, initiated_at, completed_at, synced_at,
        created_at, updated_at
    }',
    p_legal_basis => 'Books and tax: payments are kept for ten years.'
);

-- What each column says of a person; see docs/privacy.md for the classes.

select system.classify_table(
    'equities.fundamentals',
    p_plain => '{
        subject, id, data_type, period, as_of_date, currency, figures, observed_at,
        origin, created_at, updated_at
    }'
);

select system.classify_table(
    'equities.live_quote_indicators',
    p_plain => '{
        symbol, price_cents, previous_close_cents, day_low_cents, day_high_cents,
        day_open_cents, year_low_cents, year_high_cents, average_50_days_cents,
        average_200_days_cents, market_cap_cents, volume, currency, observed_at,
        origin, updated_at
    }'
);

select system.classify_table(
    'equities.profiles',
    p_free => '{ceo}',
    p_plain => '{
        symbol, company_name, display_name, description, exchange_name, sector,
        industry, country_code, currency, cik, isin, cusip, employee_count, website,
        phone, address, city, state, postal_code, image_url, has_default_image,
        ipo_date, is_etf, is_fund, is_adr, is_actively_trading, beta,
        last_dividend_cents, average_volume, observed_at, origin, created_at,
        updated_at
    }'
);

select system.classify_table(
    'equities.quote_history',
    p_plain => '{symbol, quoted_at, price_cents, volume, currency}'
);

select system.classify_table(
    'equities.symbols',
    p_plain => '{symbol, name, exchange, currency, created_at}'
);

-- period_fields are what tells the rows of one subject and day apart. Where there is
-- neither a day nor such a field, only the latest is kept.
create or replace function integration.list_figure_kinds()
returns table (
    kind text,
    data_type text,
    subject_field text,
    date_field text,
    period_fields text[]
)
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    values
    ('income_statement', 'income-statement', 'symbol', 'date', '{period}'::text[]),
    ('income_statement_ttm', 'income-statement-ttm', 'symbol', 'date', '{period}'),
    ('balance_sheet', 'balance-sheet', 'symbol', 'date', '{period}'),
    ('cash_flow', 'cash-flow', 'symbol', 'date', '{period}'),
    ('key_metrics', 'key-metrics', 'symbol', 'date', '{period}'),
    ('key_metrics_ttm', 'key-metrics-ttm', 'symbol', null, '{}'),
    ('ratios', 'ratios', 'symbol', 'date', '{period}'),
    ('ratios_ttm', 'ratios-ttm', 'symbol', null, '{}'),
    ('revenue_product_seg', 'revenue-product-segmentation', 'symbol', 'date', '{period}'),
    ('revenue_geo_seg', 'revenue-geographic-segmentation', 'symbol', 'date', '{period}'),
    ('dividends', 'dividend-history', 'symbol', 'date', '{}'),
    ('stock_split', 'stock-splits', 'symbol', 'date', '{}'),
    ('earnings', 'earnings', 'symbol', 'date', '{}'),
    ('analyst_estimate', 'analyst-estimates', 'symbol', 'date', '{}'),
    (
        'stock_grade', 'grades', 'symbol', 'date',
        '{gradingCompany,action,previousGrade,newGrade}'
    ),
    ('stock_grade_historical', 'grades-historical', 'symbol', 'date', '{}'),
    ('stock_grade_summary', 'grades-summary', 'symbol', null, '{}'),
    ('price_target_consensus', 'analyst-price-targets', 'symbol', null, '{}'),
    ('price_target_summary', 'price-target-summary', 'symbol', null, '{}'),
    ('dcf_valuation', 'valuations', 'symbol', 'date', '{}'),
    ('insider_statistics', 'insider-trading-statistics', 'symbol', null, '{year,quarter}'),
    ('share_float', 'shares-float', 'symbol', 'date', '{}'),
    ('market_cap', 'market-capitalization', 'symbol', 'date', '{}'),
    ('stock_price_change', 'price-change', 'symbol', null, '{}'),
    ('stock_screener', 'screener', 'symbol', null, '{}'),
    ('search_symbol', 'symbol-search', 'symbol', null, '{}'),
    ('exchange_variants', 'exchange-variants', null, null, '{symbol}'),
    ('aftermarket_quote', 'aftermarket-quote', 'symbol', null, '{}'),
    ('aftermarket_trade', 'aftermarket-trade', 'symbol', null, '{}'),
    ('biggest_gainers', 'biggest-gainers', 'symbol', null, '{}'),
    ('most_actives', 'most-actives', 'symbol', null, '{}'),
    ('chart_full', 'chart-full', 'symbol', 'date', '{}'),
    ('chart_light', 'chart-light', 'symbol', 'date', '{}'),
    ('chart_unadjusted', 'chart-unadjusted', 'symbol', 'date', '{}'),
    ('chart_intraday', 'chart-intraday', null, 'date', '{date}'),
    ('sma_indicator', 'sma-indicator', null, 'date', '{date}'),
    ('forex_pair', 'forex-pairs', 'symbol', null, '{}'),
    ('available_exchanges', 'available-exchanges', 'exchange', null, '{}'),
    ('exchange_market_hours', 'exchange-market-status', 'exchange', null, '{}'),
    ('holidays_by_exchange', 'exchange-holidays', 'exchange', 'date', '{name}'),
    ('market_risk_premium', 'market-risk-premium', 'country', null, '{}'),
    ('economic_indicator', 'economic-indicators', 'name', 'date', '{}'),
    ('treasury_rate', 'treasury-rates', '', 'date', '{}');
$function$;

comment on function integration.list_figure_kinds() is
'Return the payload kinds of FMP that end in equities.fundamentals, and how. kind:
second argument of integration.ingest(). subject_field: field that says what it is of;
null: only the request does, as subject of its context; empty: it is of nothing single.
date_field: field with its day; null: it has none. period_fields: what else tells two
rows apart.';

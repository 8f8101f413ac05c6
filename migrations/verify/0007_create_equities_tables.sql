select
    'equities.symbols'::regclass,
    'equities.live_quote_indicators'::regclass,
    'equities.quote_history'::regclass,
    'equities.quote_observation'::regtype;

select
    'integration.market_observation'::regtype,
    'integration.offer_observation'::regtype,
    'equities.profile_observation'::regtype,
    'equities.figures_observation'::regtype,
    (null::integration.sale_observation).details as details;

alter type integration.sale_observation
drop attribute details,
drop attribute shipping_cents,
drop attribute external_id;
drop type equities.figures_observation;
drop type equities.profile_observation;
drop type integration.offer_observation;
drop type integration.market_observation;

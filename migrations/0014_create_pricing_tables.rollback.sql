drop table system.alerts;
drop table system.config;
drop table analytics.demand_patterns;
drop table analytics.forecast_evaluations;
drop table analytics.demand_forecasts;
drop table pricing.brand_multipliers;
drop table pricing.price_rules;

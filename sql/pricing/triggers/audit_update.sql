-- Who changed a rule, and what it was before, can be asked for ever.
select system.enable_audit('pricing.price_rules');
select system.enable_audit('pricing.brand_multipliers');

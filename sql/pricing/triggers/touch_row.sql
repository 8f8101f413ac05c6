create or replace trigger touch_row before update on pricing.price_rules
for each row execute function system.touch_row();
create or replace trigger touch_row before update on pricing.brand_multipliers
for each row execute function system.touch_row();

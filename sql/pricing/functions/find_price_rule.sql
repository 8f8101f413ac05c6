create or replace function pricing.find_price_rule(
    p_brand_id uuid,
    p_category_id uuid,
    p_platform_id uuid,
    p_at timestamptz default now()
)
returns pricing.price_rules
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select rule.*
    from pricing.price_rules as rule
    where
        rule.is_active
        and coalesce(rule.brand_id = p_brand_id, rule.brand_id is null)
        and coalesce(rule.category_id = p_category_id, rule.category_id is null)
        and coalesce(rule.platform_id = p_platform_id, rule.platform_id is null)
        and rule.effective_from <= p_at
        and coalesce(rule.effective_until > p_at, true)
    order by
        rule.priority asc,
        num_nonnulls(rule.brand_id, rule.category_id, rule.platform_id) desc,
        rule.name asc,
        rule.id asc
    limit 1;
$function$;

comment on function pricing.find_price_rule(uuid, uuid, uuid, timestamptz) is
'Return the rule by which a price is made at a time, null when there is none: of those
in force for the brand, category and platform the one of the lowest priority number, of
equal ones that which is for the fewest.';

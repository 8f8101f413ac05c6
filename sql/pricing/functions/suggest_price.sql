-- Each step adds a line to the explanation, in the order in which they count.
create or replace function pricing.suggest_price(
    p_product_id uuid,
    p_cost_cents bigint,
    p_currency text,
    p_platform text default null,
    p_condition text default 'new',
    p_at timestamptz default now()
)
returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_season constant text := (array['winter', 'spring', 'summer', 'autumn'])[
        extract(month from p_at at time zone 'UTC')::integer % 12 / 3 + 1
    ];
    v_product products.products;
    v_platform platforms.platforms;
    v_rule pricing.price_rules;
    v_step record;
    v_steps jsonb := '[]'::jsonb;
    v_price numeric;
    v_floor numeric;
    v_fee_percent numeric := 0;
    v_kept_percent numeric;
begin
    select product.* into v_product
    from products.products as product
    where product.id = p_product_id;
    if not found then
        return null;
    end if;
    if p_platform is not null then
        select platform.* into v_platform
        from platforms.platforms as platform
        where platform.slug = p_platform;
        if not found then
            raise exception 'platform "%" is not known', p_platform
                using errcode = '22023', hint = 'See platforms.platforms.slug.';
        end if;
    end if;
    v_rule := pricing.find_price_rule(
        v_product.brand_id, v_product.category_id, v_platform.id, p_at
    );
    if v_rule.id is null or p_cost_cents is null then
        return jsonb_build_object(
            'price_cents', null,
            'currency', p_currency,
            'reason', case
                when v_rule.id is null then 'no rule applies' else 'the cost is not known'
            end
        );
    end if;

    v_price := p_cost_cents;
    v_steps := v_steps || jsonb_build_object('step', 'cost', 'cents', p_cost_cents);
    v_price := v_price * (1 + coalesce(v_rule.base_markup_percent, 0) / 100);
    v_steps := v_steps || jsonb_build_object(
        'step', 'markup',
        'percent', coalesce(v_rule.base_markup_percent, 0),
        'cents', round(v_price)
    );
    v_floor := v_price * (1 - v_rule.maximum_discount_percent / 100);

    for v_step in
        select 'condition ' || p_condition as name, factor.value::numeric as factor
        from jsonb_each_text(v_rule.condition_multipliers) as factor
        where factor.key = p_condition
        union all
        select 'season ' || v_season, factor.value::numeric
        from jsonb_each_text(v_rule.seasonal_adjustments) as factor
        where factor.key = v_season
        union all
        (
            select 'brand ' || multiplier.multiplier_type, multiplier.multiplier
            from pricing.brand_multipliers as multiplier
            where
                multiplier.brand_id = v_product.brand_id
                and multiplier.is_active
                and (p_at at time zone 'UTC')::date >= multiplier.effective_from_date
                and coalesce(
                    (p_at at time zone 'UTC')::date <= multiplier.effective_until_date, true
                )
            order by multiplier.multiplier_type, multiplier.effective_from_date
        )
    loop
        v_price := v_price * v_step.factor;
        v_steps := v_steps || jsonb_build_object(
            'step', v_step.name, 'factor', v_step.factor, 'cents', round(v_price)
        );
    end loop;

    if v_price < v_floor then
        v_price := v_floor;
        v_steps := v_steps || jsonb_build_object(
            'step', 'maximum discount',
            'percent', v_rule.maximum_discount_percent,
            'cents', round(v_price)
        );
    end if;
    if v_platform.charges_fees then
        v_fee_percent := coalesce(v_platform.fee_percent, 0);
    end if;
    v_kept_percent := 100 - coalesce(v_rule.minimum_margin_percent, 0) - v_fee_percent;
    if v_rule.minimum_margin_percent is not null and v_kept_percent <= 0 then
        return jsonb_build_object(
            'price_cents', null,
            'currency', p_currency,
            'reason', 'margin and fee together are the whole price',
            'rule', v_rule.name,
            'steps', v_steps
        );
    end if;
    if v_rule.minimum_margin_percent is not null
        and v_price * v_kept_percent / 100 < p_cost_cents
    then
        v_price := ceil(p_cost_cents * 100 / v_kept_percent);
        v_steps := v_steps || jsonb_build_object(
            'step', 'minimum margin',
            'percent', v_rule.minimum_margin_percent,
            'fee_percent', v_fee_percent,
            'cents', v_price
        );
    end if;
    return jsonb_build_object(
        'price_cents', round(v_price)::bigint,
        'currency', p_currency,
        'rule', v_rule.name,
        'steps', v_steps
    );
end;
$function$;

comment on function pricing.suggest_price(
    uuid, bigint, text, text, text, timestamptz
) is
'Return what to ask for a product by the rule in force, and why; null for a product that
is not known. JSON object: price_cents (null with a reason when no price can be told),
currency, rule (its name) and steps: cost, markup, then the factors for the condition,
the season (winter from December, and so on) and the brand; no further down than the
maximum discount off the marked-up price, and up to where the minimum margin is left
after the platform''s fee. Each step has the cents after it. p_cost_cents: of a piece,
in p_currency. p_platform: its slug, null for none. p_condition: new, used or
new_with_defects. Errors: 22023 for a platform that is not known.';

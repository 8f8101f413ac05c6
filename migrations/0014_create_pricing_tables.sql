-- Create our own prices, what is expected to sell, settings and alerts.
-- depends: 0013_create_selling_tables
-- allow: references_existing_table, brands, categories and products are small
-- allow: several_foreign_keys, what it refers to is small
create table pricing.price_rules (
    id uuid not null default gen_random_uuid(),
    name text not null,
    rule_type text not null,
    priority integer not null default 100,
    is_active boolean not null default true,
    brand_id uuid,
    category_id uuid,
    platform_id uuid,
    base_markup_percent numeric(7, 2),
    minimum_margin_percent numeric(7, 2),
    maximum_discount_percent numeric(5, 2),
    condition_multipliers jsonb not null default '{}',
    seasonal_adjustments jsonb not null default '{}',
    effective_from timestamptz not null default now(),
    effective_until timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint price_rules_pkey primary key (id),
    constraint price_rules_brand_id_fkey
    foreign key (brand_id) references core.brands (id) on delete cascade,
    constraint price_rules_category_id_fkey
    foreign key (category_id) references core.categories (id) on delete cascade,
    constraint price_rules_platform_id_fkey
    foreign key (platform_id) references platforms.platforms (id) on delete cascade,
    constraint price_rules_name_is_not_empty check (btrim(name) <> ''),
    constraint price_rules_base_markup_percent_is_above_minus_100
    check (base_markup_percent > -100),
    constraint price_rules_minimum_margin_percent_is_below_100
    check (minimum_margin_percent < 100),
    constraint price_rules_maximum_discount_percent_is_a_percentage
    check (maximum_discount_percent between 0 and 100),
    constraint price_rules_condition_multipliers_is_an_object
    check (jsonb_typeof(condition_multipliers) = 'object'),
    constraint price_rules_seasonal_adjustments_is_an_object
    check (jsonb_typeof(seasonal_adjustments) = 'object'),
    constraint price_rules_end_after_they_begin
    check (effective_until > effective_from)
);
create index price_rules_brand_id_idx on pricing.price_rules (brand_id);
create index price_rules_category_id_idx on pricing.price_rules (category_id);
create index price_rules_platform_id_idx on pricing.price_rules (platform_id);
comment on table pricing.price_rules is
'How a price is made; of several rules that apply the lowest priority number counts.';
comment on column pricing.price_rules.id is 'Key.';
comment on column pricing.price_rules.name is 'Name for people.';
comment on column pricing.price_rules.rule_type is
'What it does, e.g. markup, competitive, clearance.';
comment on column pricing.price_rules.priority is 'The lower, the earlier.';
comment on column pricing.price_rules.is_active is 'Whether it applies at all.';
comment on column pricing.price_rules.brand_id is
'Brand that it is for; null: for all.';
comment on column pricing.price_rules.category_id is
'Category that it is for; null: for all.';
comment on column pricing.price_rules.platform_id is
'Platform that it is for; null: for all.';
comment on column pricing.price_rules.base_markup_percent is
'Put on the cost, percent; may be negative.';
comment on column pricing.price_rules.minimum_margin_percent is
'Least margin, percent of the price.';
comment on column pricing.price_rules.maximum_discount_percent is
'Greatest discount, percent of the price.';
comment on column pricing.price_rules.condition_multipliers is
'JSON object: condition to factor.';
comment on column pricing.price_rules.seasonal_adjustments is
'JSON object: season to factor.';
comment on column pricing.price_rules.effective_from is 'From when on.';
comment on column pricing.price_rules.effective_until is
'Up to when, exclusive; null: for ever.';
comment on column pricing.price_rules.created_at is 'When it was first written.';
comment on column pricing.price_rules.updated_at is 'Last change.';
comment on column pricing.price_rules.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column pricing.price_rules.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

create table pricing.brand_multipliers (
    id uuid not null default gen_random_uuid(),
    brand_id uuid not null,
    multiplier_type text not null,
    multiplier numeric(6, 3) not null,
    is_active boolean not null default true,
    effective_from_date date not null default current_date,
    effective_until_date date,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint brand_multipliers_pkey primary key (id),
    constraint brand_multipliers_natural_key
    unique (brand_id, multiplier_type, effective_from_date),
    constraint brand_multipliers_brand_id_fkey
    foreign key (brand_id) references core.brands (id) on delete cascade,
    constraint brand_multipliers_multiplier_is_positive check (multiplier > 0),
    constraint brand_multipliers_end_after_they_begin
    check (effective_until_date >= effective_from_date)
);
comment on table pricing.brand_multipliers is
'What the price of a brand is multiplied by, from day to day.';
comment on column pricing.brand_multipliers.id is 'Key.';
comment on column pricing.brand_multipliers.brand_id is 'Brand.';
comment on column pricing.brand_multipliers.multiplier_type is
'What is multiplied, e.g. premium, markdown.';
comment on column pricing.brand_multipliers.multiplier is
'Factor, 1 leaves the price as it is.';
comment on column pricing.brand_multipliers.is_active is 'Whether it applies at all.';
comment on column pricing.brand_multipliers.effective_from_date is 'First day.';
comment on column pricing.brand_multipliers.effective_until_date is
'Last day; null: for ever.';
comment on column pricing.brand_multipliers.created_at is 'When it was first written.';
comment on column pricing.brand_multipliers.updated_at is 'Last change.';
comment on column pricing.brand_multipliers.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column pricing.brand_multipliers.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

create table analytics.demand_forecasts (
    id uuid not null default system.uuid_v7(),
    run_id uuid not null,
    level text not null,
    product_id uuid,
    brand_id uuid,
    category_id uuid,
    platform_id uuid,
    forecast_date date not null,
    horizon text not null,
    expected_units numeric(12, 2) not null,
    lower_units numeric(12, 2),
    upper_units numeric(12, 2),
    expected_revenue_cents bigint not null,
    currency char(3) not null,
    model_name text not null,
    model_version text not null,
    feature_importance jsonb not null default '{}',
    created_at timestamptz not null default now(),
    constraint demand_forecasts_pkey primary key (id),
    constraint demand_forecasts_natural_key
    unique nulls not distinct (
        run_id, product_id, brand_id, category_id, platform_id, forecast_date,
        horizon
    ),
    constraint demand_forecasts_product_id_fkey
    foreign key (product_id) references products.products (id) on delete cascade,
    constraint demand_forecasts_brand_id_fkey
    foreign key (brand_id) references core.brands (id) on delete cascade,
    constraint demand_forecasts_category_id_fkey
    foreign key (category_id) references core.categories (id) on delete cascade,
    constraint demand_forecasts_platform_id_fkey
    foreign key (platform_id) references platforms.platforms (id) on delete cascade,
    constraint demand_forecasts_level_is_known
    check (level in ('product', 'brand', 'category', 'platform', 'total')),
    constraint demand_forecasts_horizon_is_known
    check (horizon in ('daily', 'weekly', 'monthly', 'quarterly', 'yearly')),
    constraint demand_forecasts_expected_units_are_not_negative
    check (expected_units >= 0),
    constraint demand_forecasts_expected_revenue_is_not_negative
    check (expected_revenue_cents >= 0),
    constraint demand_forecasts_interval_holds_what_is_expected
    check (lower_units <= expected_units and expected_units <= upper_units),
    constraint demand_forecasts_currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
    constraint demand_forecasts_feature_importance_is_an_object
    check (jsonb_typeof(feature_importance) = 'object')
);
create index demand_forecasts_product_id_idx
on analytics.demand_forecasts (product_id, forecast_date);
create index demand_forecasts_brand_id_idx on analytics.demand_forecasts (brand_id);
create index demand_forecasts_category_id_idx
on analytics.demand_forecasts (category_id);
create index demand_forecasts_platform_id_idx
on analytics.demand_forecasts (platform_id);
comment on table analytics.demand_forecasts is
'What is expected to sell, by forecast run, day and what it is told for.';
comment on column analytics.demand_forecasts.id is 'Key, time-ordered.';
comment on column analytics.demand_forecasts.run_id is
'Forecast run; its rows were computed together.';
comment on column analytics.demand_forecasts.level is
'What it is told for: product, brand, category, platform or total.';
comment on column analytics.demand_forecasts.product_id is
'Product, where it is told for one.';
comment on column analytics.demand_forecasts.brand_id is
'Brand, where it is told for one.';
comment on column analytics.demand_forecasts.category_id is
'Category, where it is told for one.';
comment on column analytics.demand_forecasts.platform_id is
'Platform, where it is told for one.';
comment on column analytics.demand_forecasts.forecast_date is
'Day, or first day of the period.';
comment on column analytics.demand_forecasts.horizon is
'Length of the period: daily, weekly, monthly, quarterly or yearly.';
comment on column analytics.demand_forecasts.expected_units is
'Pieces expected to sell.';
comment on column analytics.demand_forecasts.lower_units is
'Lower end of the interval of confidence, pieces.';
comment on column analytics.demand_forecasts.upper_units is 'Upper end of it, pieces.';
comment on column analytics.demand_forecasts.expected_revenue_cents is
'What they would bring, cents.';
comment on column analytics.demand_forecasts.currency is 'ISO 4217.';
comment on column analytics.demand_forecasts.model_name is 'What computed it.';
comment on column analytics.demand_forecasts.model_version is 'Version of that.';
comment on column analytics.demand_forecasts.feature_importance is
'JSON object: feature to its weight.';
comment on column analytics.demand_forecasts.created_at is 'When it was computed.';

create table analytics.forecast_evaluations (
    run_id uuid not null,
    level text not null,
    horizon text not null,
    evaluated_date date not null,
    model_name text not null,
    mean_absolute_percent_error numeric(9, 2),
    root_mean_square_error numeric(12, 2),
    mean_absolute_error numeric(12, 2),
    r_squared numeric(7, 4),
    bias numeric(12, 2),
    record_count integer not null,
    period_days integer not null,
    created_at timestamptz not null default now(),
    constraint forecast_evaluations_pkey
    primary key (run_id, level, horizon, evaluated_date),
    constraint forecast_evaluations_errors_are_not_negative
    check (
        mean_absolute_percent_error >= 0
        and root_mean_square_error >= 0
        and mean_absolute_error >= 0
    ),
    constraint forecast_evaluations_r_squared_is_at_most_1 check (r_squared <= 1),
    constraint forecast_evaluations_record_count_is_not_negative
    check (record_count >= 0),
    constraint forecast_evaluations_period_days_is_positive check (period_days > 0)
);
comment on table analytics.forecast_evaluations is
'How far off a forecast run was, as measured later.';
comment on column analytics.forecast_evaluations.run_id is 'Forecast run.';
comment on column analytics.forecast_evaluations.level is 'As in demand_forecasts.';
comment on column analytics.forecast_evaluations.horizon is 'As in demand_forecasts.';
comment on column analytics.forecast_evaluations.evaluated_date is
'Day up to which it was measured.';
comment on column analytics.forecast_evaluations.model_name is 'What had computed it.';
comment on column analytics.forecast_evaluations.mean_absolute_percent_error is
'Mean absolute error, percent.';
comment on column analytics.forecast_evaluations.root_mean_square_error is
'Root of the mean square error, pieces.';
comment on column analytics.forecast_evaluations.mean_absolute_error is
'Mean absolute error, pieces.';
comment on column analytics.forecast_evaluations.r_squared is
'Part of the variance that it explains, at most 1.';
comment on column analytics.forecast_evaluations.bias is
'Mean error, pieces; positive: it expected too many.';
comment on column analytics.forecast_evaluations.record_count is
'Forecasts that were measured.';
comment on column analytics.forecast_evaluations.period_days is
'Days that they were measured over.';
comment on column analytics.forecast_evaluations.created_at is 'When it was measured.';

create table analytics.demand_patterns (
    id uuid not null default system.uuid_v7(),
    level text not null,
    product_id uuid,
    brand_id uuid,
    category_id uuid,
    pattern_date date not null,
    period_type text not null,
    demand_score numeric(10, 4) not null,
    velocity_rank integer,
    seasonality_factor numeric(6, 3),
    trend text,
    volatility numeric(8, 4),
    details jsonb not null default '{}',
    created_at timestamptz not null default now(),
    constraint demand_patterns_pkey primary key (id),
    constraint demand_patterns_natural_key
    unique nulls not distinct (
        product_id, brand_id, category_id, pattern_date, period_type
    ),
    constraint demand_patterns_product_id_fkey
    foreign key (product_id) references products.products (id) on delete cascade,
    constraint demand_patterns_brand_id_fkey
    foreign key (brand_id) references core.brands (id) on delete cascade,
    constraint demand_patterns_category_id_fkey
    foreign key (category_id) references core.categories (id) on delete cascade,
    constraint demand_patterns_level_is_known
    check (level in ('product', 'brand', 'category')),
    constraint demand_patterns_period_type_is_known
    check (period_type in ('daily', 'weekly', 'monthly', 'seasonal')),
    constraint demand_patterns_velocity_rank_is_positive check (velocity_rank > 0),
    constraint demand_patterns_seasonality_factor_is_not_negative
    check (seasonality_factor >= 0),
    constraint demand_patterns_trend_is_known
    check (trend in ('rising', 'falling', 'stable', 'volatile')),
    constraint demand_patterns_volatility_is_not_negative check (volatility >= 0),
    constraint demand_patterns_details_is_an_object
    check (jsonb_typeof(details) = 'object')
);
create index demand_patterns_brand_id_idx on analytics.demand_patterns (brand_id);
create index demand_patterns_category_id_idx
on analytics.demand_patterns (category_id);
comment on table analytics.demand_patterns is
'How something sold in a period, against what is usual.';
comment on column analytics.demand_patterns.id is 'Key, time-ordered.';
comment on column analytics.demand_patterns.level is
'What it is told for: product, brand or category.';
comment on column analytics.demand_patterns.product_id is
'Product, where it is told for one.';
comment on column analytics.demand_patterns.brand_id is
'Brand, where it is told for one.';
comment on column analytics.demand_patterns.category_id is
'Category, where it is told for one.';
comment on column analytics.demand_patterns.pattern_date is 'First day of the period.';
comment on column analytics.demand_patterns.period_type is
'Length of the period: daily, weekly, monthly or seasonal.';
comment on column analytics.demand_patterns.demand_score is
'Demand, on the scale of what computed it.';
comment on column analytics.demand_patterns.velocity_rank is
'Place by speed of sale, 1 the fastest.';
comment on column analytics.demand_patterns.seasonality_factor is
'Factor of the season, 1 is the year''s mean.';
comment on column analytics.demand_patterns.trend is
'rising, falling, stable or volatile.';
comment on column analytics.demand_patterns.volatility is 'Standard deviation by mean.';
comment on column analytics.demand_patterns.details is
'JSON object: what else was computed.';
comment on column analytics.demand_patterns.created_at is 'When it was computed.';

create table system.config (
    key text not null,
    value jsonb,
    encrypted_value text,
    key_id text,
    description text not null default '',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint config_pkey primary key (key),
    constraint config_key_is_lower_case_words
    check (key ~ '^[a-z0-9_]+([.-][a-z0-9_]+)*$'),
    constraint config_value_is_plain_or_encrypted
    check (num_nonnulls(value, encrypted_value) = 1),
    constraint config_encrypted_value_has_a_key_id
    check ((encrypted_value is null) = (key_id is null)),
    constraint config_value_is_no_card_number
    check (not system.has_card_number(value::text))
);
comment on table system.config is 'Settings; what is secret stands there encrypted.';
comment on column system.config.key is 'Name, lower-case words with dots.';
comment on column system.config.value is 'Value, where it is no secret.';
comment on column system.config.encrypted_value is
'Value encrypted with a key that is not in the database, where it is one.';
comment on column system.config.key_id is 'Which key encrypted it.';
comment on column system.config.description is 'What it sets.';
comment on column system.config.created_at is 'When it was first written.';
comment on column system.config.updated_at is 'Last change.';
comment on column system.config.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column system.config.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

create table system.alerts (
    id uuid not null default system.uuid_v7(),
    source text not null,
    subject text not null,
    severity text not null,
    message text not null,
    details jsonb not null default '{}',
    opened_at timestamptz not null default clock_timestamp(),
    seen_at timestamptz not null default clock_timestamp(),
    sightings integer not null default 1,
    acknowledged_at timestamptz,
    acknowledged_by text,
    resolved_at timestamptz,
    constraint alerts_pkey primary key (id),
    constraint alerts_source_is_not_empty check (btrim(source) <> ''),
    constraint alerts_severity_is_known
    check (severity in ('info', 'warning', 'error')),
    constraint alerts_message_is_not_empty check (btrim(message) <> ''),
    constraint alerts_details_is_an_object check (jsonb_typeof(details) = 'object'),
    constraint alerts_sightings_are_positive check (sightings > 0),
    constraint alerts_are_acknowledged_by_somebody
    check ((acknowledged_at is null) = (acknowledged_by is null)),
    constraint alerts_are_seen_after_they_are_opened check (seen_at >= opened_at),
    constraint alerts_are_resolved_after_they_are_opened
    check (resolved_at >= opened_at)
);
create unique index alerts_open_key on system.alerts (source, subject)
where resolved_at is null;
comment on table system.alerts is
'What somebody has to look at; one row from when it is found until it is over.';
comment on column system.alerts.id is 'Key, time-ordered.';
comment on column system.alerts.source is 'What found it, e.g. the id of a check.';
comment on column system.alerts.subject is
'What it is about; with the source it names the alert.';
comment on column system.alerts.severity is 'info, warning or error.';
comment on column system.alerts.message is 'One line, for people.';
comment on column system.alerts.details is 'JSON object, for machines.';
comment on column system.alerts.opened_at is 'When it was first found.';
comment on column system.alerts.seen_at is 'When it was last found.';
comment on column system.alerts.sightings is 'How often it was found.';
comment on column system.alerts.acknowledged_at is 'When somebody took it on.';
comment on column system.alerts.acknowledged_by is 'Who did.';
comment on column system.alerts.resolved_at is
'When it was found to be over; null: it is not.';

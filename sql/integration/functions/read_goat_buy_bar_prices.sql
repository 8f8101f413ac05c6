-- Amounts are whole cents, none where there is no price. What ships at once lies in
-- GOAT's own store. Boxes in bad condition are not comparable with anything and left
-- out. A size that cannot be used at all is rejected once, by the line without a field.
create or replace function integration.read_goat_buy_bar_prices(
    p_payload jsonb,
    p_observed_at timestamptz,
    p_context jsonb
)
returns setof integration.price_observation
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with size as (
        select
            found.item,
            found.path,
            found.item ->> 'boxCondition' as box,
            link.product_id,
            link.variant_id,
            case found.item ->> 'shoeCondition'
                when 'new_no_defects' then 'new'
                when 'new_with_defects' then 'new_with_defects'
                when 'used' then 'used'
            end as condition
        from integration.list_payload_items(p_payload) as found
        left join integration.product_links as link
            on
                link.provider = 'goat'
                and integration.get_text(p_context, 'subject') = link.provider_product_id
                and integration.parse_alias_size(found.item -> 'size')
                = link.provider_variant_id
    ),

    judged as (
        select
            size.*,
            case
                when
                    size.box not in (
                        'good_condition', 'no_original_box', 'badly_damaged',
                        'missing_lid'
                    )
                    or size.box is null
                    then 'its boxCondition is not known'
                when size.box <> 'good_condition' then null
                when size.condition is null then 'its shoeCondition is not known'
                when size.variant_id is null then 'its product or size is not known'
                when jsonb_typeof(size.item -> 'lowestPriceCents') is distinct from 'object'
                    then 'it has no lowestPriceCents'
            end as reject_reason
        from size
    )

    select
        judged.product_id,
        judged.variant_id,
        'goat',
        'ask',
        judged.condition,
        coalesce(p_context ->> 'region', 'global'),
        amount.channel,
        amount.currency,
        integration.get_alias_cents(amount.said, 'amount'),
        null::integer,
        p_observed_at,
        'ingest',
        judged.path || coalesce('.' || amount.field, ''),
        case
            when judged.reject_reason is not null then judged.reject_reason
            when coalesce(amount.currency, '') !~ '^[A-Z]{3}$'
                then 'its currency cannot be read'
            when
                coalesce(amount.said -> 'amount', 'null') <> 'null'
                and integration.get_alias_cents(amount.said, 'amount') is null
                then 'it is not an amount of cents'
        end
    from judged
    inner join lateral (
        select
            kind.channel,
            kind.field,
            judged.item -> kind.field as said,
            judged.item -> kind.field ->> 'currency' as currency
        from (
            values
            ('standard', 'lowestPriceCents'),
            ('flex', 'instantShipLowestPriceCents'),
            (null, null)
        ) as kind (channel, field)
    ) as amount
        on case
            when judged.reject_reason is not null then amount.field is null
            else judged.box = 'good_condition' and amount.said is not null
        end;
$function$;

comment on function integration.read_goat_buy_bar_prices(jsonb, timestamptz, jsonb) is
'Return the asks of a GOAT buy-bar answer; flex is what ships at once.
p_context: subject, the productTemplateId that was asked for; region, default global.';

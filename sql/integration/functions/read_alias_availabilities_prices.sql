-- Amounts are text of US cents, "0" for none. One size has many prices; those of boxes
-- in bad condition are not comparable with anything and are left out. A size that
-- cannot be used at all is rejected once, by the line without a field.
create or replace function integration.read_alias_availabilities_prices(
    p_payload jsonb,
    p_observed_at timestamptz,
    p_context jsonb
)
returns setof integration.price_observation
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with variant as (
        select
            found.path,
            found.item -> 'availability' as amounts,
            found.item ->> 'consigned' as consigned,
            found.item ->> 'packaging_condition' as box,
            link.product_id,
            link.variant_id,
            case found.item ->> 'product_condition'
                when 'PRODUCT_CONDITION_NEW' then 'new'
                when 'PRODUCT_CONDITION_USED' then 'used'
                when 'PRODUCT_CONDITION_NEW_WITH_DEFECTS' then 'new_with_defects'
            end as condition
        from integration.list_payload_items(p_payload, 'variants') as found
        left join integration.product_links as link
            on
                link.provider = 'alias'
                and p_context ->> 'subject' = link.provider_product_id
                and integration.parse_alias_size(found.item -> 'size')
                = link.provider_variant_id
    ),

    judged as (
        select
            variant.*,
            case
                when
                    variant.box not in (
                        'PACKAGING_CONDITION_GOOD_CONDITION',
                        'PACKAGING_CONDITION_NO_ORIGINAL_BOX',
                        'PACKAGING_CONDITION_BADLY_DAMAGED',
                        'PACKAGING_CONDITION_MISSING_LID'
                    )
                    or variant.box is null
                    then 'its packaging_condition is not known'
                when variant.box <> 'PACKAGING_CONDITION_GOOD_CONDITION' then null
                when variant.condition is null
                    then 'its product_condition is not known'
                when variant.variant_id is null then 'its size is not known'
                when variant.amounts -> 'lowest_listing_price_cents' is null
                    then 'it has no lowest_listing_price_cents'
            end as reject_reason
        from variant
    )

    select
        judged.product_id,
        judged.variant_id,
        'alias',
        amount.price_type,
        judged.condition,
        coalesce(p_context ->> 'region', 'global'),
        case judged.consigned when 'true' then 'consigned' else 'standard' end,
        'USD',
        integration.get_alias_cents(judged.amounts, amount.field),
        null::integer,
        p_observed_at,
        'ingest',
        judged.path || coalesce('.availability.' || amount.field, ''),
        case
            when judged.reject_reason is not null then judged.reject_reason
            when coalesce(judged.amounts ->> amount.field, '') !~ '^[0-9]{1,12}$'
                then 'it is not an amount of cents'
        end
    from judged
    inner join (
        values
        ('ask', 'lowest_listing_price_cents'),
        ('bid', 'highest_offer_price_cents'),
        ('last_sale', 'last_sold_listing_price_cents'),
        ('indicator', 'global_indicator_price_cents'),
        (null, null)
    ) as amount (price_type, field)
        on case
            when judged.reject_reason is not null then amount.field is null
            else
                judged.box = 'PACKAGING_CONDITION_GOOD_CONDITION'
                and judged.amounts -> amount.field is not null
        end;
$function$;

comment on function integration.read_alias_availabilities_prices(
    jsonb, timestamptz, jsonb
) is
'Return the prices of an Alias availabilities answer.
p_context: subject, the catalog_id that was asked for; region, default global.';

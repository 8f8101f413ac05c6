-- Amounts are text of US cents, counts are text. The answer does not say whose offers
-- they are: that was in the request.
create or replace function integration.read_alias_offer_histogram_offers(
    p_payload jsonb,
    p_observed_at timestamptz,
    p_context jsonb
)
returns setof integration.offer_observation
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        link.product_id,
        link.variant_id,
        'alias',
        coalesce(p_context ->> 'region', 'global'),
        case p_context ->> 'consigned' when 'true' then 'consigned' else 'standard' end,
        asked.condition,
        asked.packaging,
        asked.size_label,
        'USD',
        offer.cents,
        offer.number::integer,
        p_observed_at,
        found.path,
        case
            when link.variant_id is null then 'its shoe or size is not known'
            when asked.condition not in ('new', 'used', 'new_with_defects')
                then 'its condition is not known'
            when offer.cents is null then 'its offer_price_cents cannot be read'
            when offer.number is null then 'its count cannot be read'
        end
    from integration.list_payload_items(
        coalesce(p_payload -> 'offer_histogram', p_payload), 'bins'
    ) as listed
    cross join lateral (
        select
            listed.item,
            case
                when p_payload -> 'offer_histogram' is not null
                    then '$.offer_histogram' || substr(listed.path, 2)
                else listed.path
            end as path
    ) as found
    cross join lateral (
        select
            integration.get_alias_cents(found.item, 'offer_price_cents') as cents,
            integration.get_count(found.item, 'count') as number
    ) as offer
    cross join lateral (
        select
            integration.get_text(p_context, 'size') as size_label,
            coalesce(integration.get_text(p_context, 'condition'), 'new') as condition,
            coalesce(
                integration.get_text(p_context, 'packaging'), 'good_condition'
            ) as packaging
    ) as asked
    left join integration.product_links as link
        on
            link.provider = 'alias'
            and integration.get_text(p_context, 'subject') = link.provider_product_id
            and asked.size_label = link.provider_variant_id;
$function$;

comment on function integration.read_alias_offer_histogram_offers(
    jsonb, timestamptz, jsonb
) is
'Return the offers of an Alias offer-histogram answer. p_context: subject, the
catalog_id, and size, that were asked for; condition, default new; packaging, default
good_condition; consigned, true or not; region, default global.';

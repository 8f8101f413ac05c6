-- Recent sales carry no id and no currency; Alias sells in US cents.
create or replace function integration.read_alias_recent_sales_sales(
    p_payload jsonb,
    p_observed_at timestamptz,
    p_context jsonb
)
returns setof integration.sale_observation
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        link.product_id,
        link.variant_id,
        'alias',
        coalesce(p_context ->> 'region', 'global'),
        case found.item ->> 'consigned'
            when 'true' then 'consigned' else 'standard'
        end,
        'USD',
        sale.cents,
        sale.sold_at,
        p_observed_at,
        found.path,
        case
            when link.variant_id is null then 'its shoe or size is not known'
            when sale.cents is null then 'its price_cents cannot be read'
            when sale.sold_at is null then 'its purchased_at cannot be read'
        end,
        null::text,
        null::bigint,
        null::jsonb
    from integration.list_payload_items(p_payload, 'recent_sales') as found
    cross join lateral (
        select
            integration.get_alias_cents(found.item, 'price_cents') as cents,
            integration.parse_time(
                integration.get_text(found.item, 'purchased_at')
            ) as sold_at
    ) as sale
    left join integration.product_links as link
        on
            link.provider = 'alias'
            and integration.get_text(found.item, 'catalog_id')
            = link.provider_product_id
            and integration.parse_alias_size(found.item -> 'size')
            = link.provider_variant_id;
$function$;

comment on function integration.read_alias_recent_sales_sales(
    jsonb, timestamptz, jsonb
) is
'Return the sales of an Alias recent-sales answer. p_context: region, default global.';

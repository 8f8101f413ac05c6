-- A shop's price is a retail price; what is out of stock has none. A size may stand in
-- two rows: the cheaper that can be bought comes last, and so counts.
create or replace function integration.read_awin_feed_prices(
    p_payload jsonb,
    p_observed_at timestamptz,
    p_context jsonb
)
returns setof integration.price_observation
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        link.product_id,
        link.variant_id,
        'awin',
        'retail',
        'new',
        coalesce(p_context ->> 'region', 'EU'),
        'standard',
        found.item ->> 'currency',
        case found.item ->> 'in_stock' when '1' then price.cents end as cents,
        case
            when found.item ->> 'stock_quantity' ~ '^[0-9]{1,9}$'
                then (found.item ->> 'stock_quantity')::integer
        end,
        p_observed_at,
        'ingest',
        found.path,
        case
            when link.variant_id is null then 'its product or size cannot be read'
            when coalesce(found.item ->> 'currency', '') !~ '^[A-Z]{3}$'
                then 'its currency cannot be read'
            when coalesce(found.item ->> 'in_stock', '') not in ('0', '1')
                then 'its in_stock is neither 0 nor 1'
            when price.cents is null then 'its search_price cannot be read'
        end
    from integration.list_payload_items(p_payload) as found
    cross join lateral (
        select integration.get_cents(found.item, 'search_price') as cents
    ) as price
    left join integration.product_links as link
        on
            link.provider = 'awin'
            and integration.get_awin_product_id(found.item) = link.provider_product_id
            and integration.get_text(found.item, 'aw_product_id')
            = link.provider_variant_id
    order by cents desc nulls first;
$function$;

comment on function integration.read_awin_feed_prices(jsonb, timestamptz, jsonb) is
'Return the retail prices of rows of an Awin feed. p_context: region, default EU.';

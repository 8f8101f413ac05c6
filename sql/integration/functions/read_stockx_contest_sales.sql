-- Equal rows of the contest are separate sales. Its days have no time; midnight UTC
-- stands for the day.
create or replace function integration.read_stockx_contest_sales(
    p_payload jsonb,
    p_observed_at timestamptz,
    p_context jsonb
)
returns setof integration.sale_observation
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with sale as materialized (
        select
            found.path,
            core.slugify(integration.get_text(found.item, 'Sneaker Name')) as name_id,
            integration.get_text(found.item, 'Shoe Size') as label,
            integration.get_text(found.item, 'Buyer Region') as region,
            integration.parse_contest_date(found.item ->> 'Order Date') as sold_on,
            integration.cents_from_units(
                translate(found.item ->> 'Sale Price', '$,', '')
            ) as cents
        from integration.list_payload_items(p_payload) as found
    )

    select
        link.product_id,
        link.variant_id,
        'stockx',
        'US' || coalesce('-' || sale.region, ''),
        'standard',
        'USD',
        sale.cents,
        sale.sold_on::timestamp at time zone 'UTC',
        p_observed_at,
        sale.path,
        case
            when link.variant_id is null then 'its shoe or size cannot be read'
            when sale.sold_on is null then 'its Order Date cannot be read'
            when coalesce(sale.cents, 0) <= 0 then 'its Sale Price cannot be read'
        end,
        null::text,
        null::bigint,
        null::jsonb
    from sale
    left join integration.product_links as link
        on
            link.provider = 'stockx-contest'
            and sale.name_id = link.provider_product_id
            and sale.label = link.provider_variant_id;
$function$;

comment on function integration.read_stockx_contest_sales(jsonb, timestamptz, jsonb) is
'Return the sales in rows of the StockX data contest of 2019, a JSON array of objects
by column name. The file has to be given whole: equal rows are counted within one
payload.';

-- Rows of saved result pages, in either of the two forms that they are kept in. The day
-- has no time; midnight UTC stands for it. Where an offer was accepted, the page shows
-- what was asked and not what was paid. The size stands in the title if anywhere, on a
-- scale that the page does not say, so a sale is of the product.
create or replace function integration.read_ebay_sold_sales(
    p_payload jsonb,
    p_observed_at timestamptz,
    p_context jsonb
)
returns setof integration.sale_observation
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        product.product_id,
        null::uuid,
        'ebay',
        coalesce(p_context ->> 'region', 'global'),
        'standard',
        price.currency,
        price.price_cents,
        said.sold_on::timestamp at time zone 'UTC',
        p_observed_at,
        found.path,
        case
            when said.item_id is null then 'its item cannot be read'
            when product.reject_reason is not null then product.reject_reason
            when said.condition is null then 'its condition is not known'
            when said.sold_on is null then 'its day of sale cannot be read'
            when said.format = 'Best offer accepted'
                then 'its price is not what was paid'
            when coalesce(price.price_cents, 0) <= 0 then 'its price cannot be read'
            when coalesce(price.currency, '') !~ '^[A-Z]{3}$'
                then 'its currency is not known'
        end,
        said.item_id,
        case
            when shipping.currency = price.currency then shipping.price_cents
        end,
        jsonb_strip_nulls(
            jsonb_build_object(
                'condition', said.condition,
                'title', said.title,
                'size', integration.get_text(found.item, 'size'),
                'format', said.format,
                'location', integration.get_text(found.item, 'location_text')
            )
        )
    from integration.list_payload_items(p_payload) as found
    cross join lateral (
        select
            integration.get_text(found.item, 'title') as title,
            coalesce(
                substring(integration.get_text(found.item, 'item_id') from '^[0-9]+$'),
                substring(found.item ->> 'link' from '/itm/([0-9]{1,20})(?![0-9])')
            ) as item_id,
            integration.parse_sold_date(
                coalesce(
                    integration.get_text(found.item, 'sold_date'),
                    integration.get_text(found.item, 'sold_caption')
                )
            ) as sold_on,
            integration.parse_ebay_condition(
                coalesce(
                    integration.get_text(found.item, 'condition'),
                    integration.get_text(found.item, 'condition_text')
                )
            ) as condition,
            integration.get_text(found.item, 'format_text') as format,
            integration.get_text(p_context, 'currency') as currency
    ) as said
    cross join lateral integration.parse_price(
        coalesce(
            integration.get_text(found.item, 'sold_price'),
            integration.get_text(found.item, 'price_text')
        ),
        said.currency
    ) as price
    cross join lateral integration.parse_price(
        case
            when found.item ->> 'shipping_text' like 'Free %' then '0'
            else substring(
                integration.get_text(found.item, 'shipping_text')
                from '^\+(.+) [a-z]+$'
            )
        end,
        said.currency
    ) as shipping
    cross join lateral integration.find_listed_product(
        said.title, 'ebay', integration.get_text(found.item, 'epid')
    ) as product;
$function$;

comment on function integration.read_ebay_sold_sales(jsonb, timestamptz, jsonb) is
'Return the sales in rows of sold listings of eBay, a JSON array of objects by column
name. p_context: currency that a bare $ stands for; region, default global.';

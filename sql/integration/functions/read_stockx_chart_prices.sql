-- A chart is a list of [milliseconds, amount in whole units]; what it is of was in the
-- request. Its points are as far apart as the page drew them, so each is the average
-- price at a moment and no more.
create or replace function integration.read_stockx_chart_prices(
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
        null::uuid,
        'stockx',
        'average',
        'new',
        coalesce(p_context ->> 'region', 'global'),
        'standard',
        point.currency,
        point.cents,
        null::integer,
        case
            when point.milliseconds ~ '^[1-9][0-9]{11,12}$'
                then to_timestamp(point.milliseconds::double precision / 1000)
        end,
        'ingest',
        '$.series[0]' || substr(found.path, 2),
        case
            when link.product_id is null then 'its product is not known'
            when coalesce(point.milliseconds, '') !~ '^[1-9][0-9]{11,12}$'
                then 'its time is not in milliseconds'
            when coalesce(point.cents, 0) <= 0 then 'it is not a price'
            when coalesce(point.currency, '') !~ '^[A-Z]{3}$'
                then 'its currency is not known'
        end
    from integration.list_payload_items(p_payload #> '{series,0}', 'data') as found
    cross join lateral (
        select
            found.item ->> 0 as milliseconds,
            integration.cents_from_units(found.item ->> 1) as cents,
            integration.get_text(p_context, 'currency') as currency
    ) as point
    left join integration.product_links as link
        on
            link.provider = 'stockx'
            and integration.get_text(p_context, 'subject') = link.provider_product_id
            and link.provider_variant_id = ''
    union all
    select
        null, null, null, null, null, null, null, null, null, null, null, null,
        '$', 'it has no series'
    where p_payload #> '{series,0}' is null;
$function$;

comment on function integration.read_stockx_chart_prices(jsonb, timestamptz, jsonb) is
'Return the average prices in a chart of the older StockX API. p_context: subject, the
product that was asked for; currency, which the chart never names; region, default
global.';

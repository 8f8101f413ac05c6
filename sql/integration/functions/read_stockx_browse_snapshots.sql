-- What read_stockx_browse_prices() rejects is passed over here.
create or replace function integration.read_stockx_browse_snapshots(
    p_payload jsonb,
    p_observed_at timestamptz,
    p_context jsonb,
    p_provider text default 'stockx'
)
returns setof integration.market_observation
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        link.product_id,
        link.variant_id,
        'stockx',
        'browse',
        found.product_id,
        nullif(found.variant_id, ''),
        nullif(integration.get_text(found.item, 'styleId'), 'None'),
        found.size_label,
        case when found.size_label is not null then 'US' end,
        coalesce(p_context ->> 'region', 'global'),
        'standard',
        'new',
        integration.get_text(p_context, 'currency'),
        found.seen_at,
        integration.get_cents(found.market, 'lowestAsk'),
        integration.get_cents(found.market, 'highestBid'),
        integration.get_cents(found.market, 'lastSale'),
        integration.parse_time(integration.get_text(found.market, 'lastSaleDate')),
        integration.get_cents(found.market, 'averageDeadstockPrice'),
        year.low_cents,
        year.high_cents,
        null::bigint,
        null::bigint,
        null::bigint,
        null::bigint,
        integration.get_count(found.market, 'numberOfAsks')::integer,
        integration.get_count(found.market, 'numberOfBids')::integer,
        integration.get_count(found.market, 'salesLast72Hours')::integer,
        integration.get_count(found.market, 'deadstockSold'),
        case
            when integration.get_number(found.market, 'volatility') >= 0
                then integration.get_number(found.market, 'volatility')
        end,
        case
            when integration.get_number(found.market, 'pricePremium') >= -1
                then integration.get_number(found.market, 'pricePremium')
        end,
        (
            select coalesce(jsonb_object_agg(part.key, part.value), '{}')
            from jsonb_each(found.market) as part
            where
                part.key in (
                    'lowestAskSize', 'highestBidSize', 'lastSaleSize',
                    'deadstockRangeLow', 'deadstockRangeHigh', 'changeValue',
                    'changePercentage', 'totalDollars'
                )
                and part.value not in ('null', '"None"')
        ),
        'ingest',
        found.path,
        null
    from integration.list_stockx_browse_items(p_payload, p_observed_at) as found
    inner join integration.product_links as link
        on
            p_provider = link.provider
            and found.product_id = link.provider_product_id
            and found.variant_id = link.provider_variant_id
    cross join lateral (
        select
            integration.get_cents(found.market, 'annualLow') as low_cents,
            integration.get_cents(found.market, 'annualHigh') as high_cents
    ) as said
    cross join lateral (
        select
            case
                when said.high_cents < said.low_cents then null
                else said.low_cents
            end as low_cents,
            case
                when said.high_cents < said.low_cents then null
                else said.high_cents
            end as high_cents
    ) as year
    where
        jsonb_typeof(found.market) = 'object'
        and found.market -> 'lowestAsk' is not null
        and found.seen_at is not null
        and integration.get_text(p_context, 'currency') ~ '^[A-Z]{3}$';
$function$;

comment on function integration.read_stockx_browse_snapshots(
    jsonb, timestamptz, jsonb, text
) is
'Return the market states of products and sizes in an answer of the older StockX API.
p_context, p_provider: as of integration.read_stockx_browse_prices().';

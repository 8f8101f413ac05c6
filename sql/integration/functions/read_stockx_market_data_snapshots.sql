-- A row a channel. The bid is of the variant, whichever the channel, and said once.
-- What read_stockx_market_data_prices() rejects whole is passed over here.
create or replace function integration.read_stockx_market_data_snapshots(
    p_payload jsonb,
    p_observed_at timestamptz,
    p_context jsonb
)
returns setof integration.market_observation
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        link.product_id,
        link.variant_id,
        'stockx',
        'market_data',
        link.provider_product_id,
        link.provider_variant_id,
        link.style_code,
        link.size_label,
        'US',
        coalesce(p_context ->> 'region', 'global'),
        channel.name,
        'new',
        variant.currency,
        p_observed_at,
        amount.ask_cents,
        amount.bid_cents,
        null::bigint,
        null::timestamptz,
        null::bigint,
        null::bigint,
        null::bigint,
        amount.sell_faster_cents,
        amount.earn_more_cents,
        amount.beat_us_cents,
        null::bigint,
        null::integer,
        null::integer,
        null::integer,
        null::bigint,
        null::numeric,
        null::numeric,
        '{}'::jsonb,
        'ingest',
        found.path,
        null
    from integration.list_payload_items(p_payload) as found
    inner join integration.product_links as link
        on
            link.provider = 'stockx'
            and integration.get_text(found.item, 'productId') = link.provider_product_id
            and integration.get_text(found.item, 'variantId') = link.provider_variant_id
    cross join lateral (
        select
            coalesce(
                found.item ->> 'currencyCode', p_context ->> 'currency'
            ) as currency
    ) as variant
    cross join lateral (
        values
        (
            'standard',
            found.item ->> 'lowestAskAmount',
            found.item ->> 'highestBidAmount',
            found.item ->> 'sellFasterAmount',
            found.item ->> 'earnMoreAmount',
            found.item -> 'standardMarketData' ->> 'beatUS'
        ),
        (
            'flex',
            found.item -> 'flexMarketData' ->> 'lowestAsk',
            null,
            found.item -> 'flexMarketData' ->> 'sellFaster',
            found.item -> 'flexMarketData' ->> 'earnMore',
            found.item -> 'flexMarketData' ->> 'beatUS'
        ),
        (
            'direct',
            found.item -> 'directMarketData' ->> 'lowestAsk',
            null,
            found.item -> 'directMarketData' ->> 'sellFaster',
            found.item -> 'directMarketData' ->> 'earnMore',
            found.item -> 'directMarketData' ->> 'beatUS'
        )
    ) as channel (name, ask, bid, sell_faster, earn_more, beat_us)
    cross join lateral (
        select
            nullif(greatest(integration.cents_from_units(channel.ask), 0), 0),
            nullif(greatest(integration.cents_from_units(channel.bid), 0), 0),
            nullif(greatest(integration.cents_from_units(channel.sell_faster), 0), 0),
            nullif(greatest(integration.cents_from_units(channel.earn_more), 0), 0),
            nullif(greatest(integration.cents_from_units(channel.beat_us), 0), 0)
    ) as amount (
        ask_cents, bid_cents, sell_faster_cents, earn_more_cents, beat_us_cents
    )
    where
        link.variant_id is not null
        and variant.currency ~ '^[A-Z]{3}$'
        and found.item -> 'lowestAskAmount' is not null;
$function$;

comment on function integration.read_stockx_market_data_snapshots(
    jsonb, timestamptz, jsonb
) is
'Return the market states of a StockX v2 market-data answer.
p_context: as of integration.read_stockx_market_data_prices().';

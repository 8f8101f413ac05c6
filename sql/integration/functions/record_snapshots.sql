-- A market that is as it was last is not written again, nor one of which nothing was
-- ever said. Of each market the first moment is written, and then the later ones in the
-- same way. Two lookups of what it was, so that each can follow the index of the
-- natural key to its last column.
create or replace function integration.record_snapshots(
    p_snapshots integration.market_observation[]
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_first integration.market_observation[];
    v_later integration.market_observation[];
    v_written integer;
begin
    select
        array_agg(placed.said) filter (
            where
            (placed.said).snapshot_at = placed.first_at
            and placed.place = placed.last_place
        ),
        array_agg(placed.said order by placed.place) filter (
            where (placed.said).snapshot_at > placed.first_at
        )
    into v_first, v_later
    from (
        select
            given.said,
            given.place,
            min((given.said).snapshot_at) over market as first_at,
            max(given.place) over moment as last_place
        from (
            select
                said,
                row_number() over () as place
            from unnest(p_snapshots) as said
        ) as given
        window
            market as (
                partition by
                    (given.said).product_id, (given.said).variant_id,
                    (given.said).provider, (given.said).provider_source,
                    (given.said).region, (given.said).channel,
                    (given.said).condition, (given.said).currency
            ),
            moment as (
                partition by
                    (given.said).product_id, (given.said).variant_id,
                    (given.said).provider, (given.said).provider_source,
                    (given.said).region, (given.said).channel,
                    (given.said).condition, (given.said).currency,
                    (given.said).snapshot_at
            )
    ) as placed;

    insert into integration.market_snapshots as known (
        product_id, variant_id, provider, provider_source, provider_product_id,
        provider_variant_id, style_code, size_label, size_region, region, channel,
        condition, currency, snapshot_at, lowest_ask_cents, highest_bid_cents,
        last_sale_cents, last_sale_at, average_price_cents, minimum_price_cents,
        maximum_price_cents, sell_faster_cents, earn_more_cents, beat_us_cents,
        retail_price_cents, ask_count, bid_count, sales_count_72_hours,
        sales_count_total, volatility, price_premium, details, origin
    )
    select
        given.product_id,
        given.variant_id,
        given.provider,
        given.provider_source,
        given.provider_product_id,
        given.provider_variant_id,
        given.style_code,
        given.size_label,
        given.size_region,
        given.region,
        given.channel,
        given.condition,
        given.currency,
        given.snapshot_at,
        given.lowest_ask_cents,
        given.highest_bid_cents,
        given.last_sale_cents,
        given.last_sale_at,
        given.average_price_cents,
        given.minimum_price_cents,
        given.maximum_price_cents,
        given.sell_faster_cents,
        given.earn_more_cents,
        given.beat_us_cents,
        given.retail_price_cents,
        given.ask_count,
        given.bid_count,
        given.sales_count_72_hours,
        given.sales_count_total,
        round(given.volatility, 4),
        round(given.price_premium, 4),
        given.details,
        given.origin
    from unnest(v_first) as given
    left join lateral (
        (
            select before.*
            from integration.market_snapshots as before
            where
                before.product_id = given.product_id
                and before.variant_id = given.variant_id
                and before.provider = given.provider
                and before.provider_source = given.provider_source
                and before.region = given.region
                and before.channel = given.channel
                and before.condition = given.condition
                and before.currency = given.currency::bpchar
                and before.snapshot_at <= given.snapshot_at
            order by before.snapshot_at desc
            limit 1
        )
        union all
        (
            select before.*
            from integration.market_snapshots as before
            where
                given.variant_id is null
                and before.product_id = given.product_id
                and before.variant_id is null
                and before.provider = given.provider
                and before.provider_source = given.provider_source
                and before.region = given.region
                and before.channel = given.channel
                and before.condition = given.condition
                and before.currency = given.currency::bpchar
                and before.snapshot_at <= given.snapshot_at
            order by before.snapshot_at desc
            limit 1
        )
    ) as last on true
    where
        (
            given.lowest_ask_cents, given.highest_bid_cents, given.last_sale_cents,
            given.last_sale_at, given.average_price_cents, given.minimum_price_cents,
            given.maximum_price_cents, given.sell_faster_cents, given.earn_more_cents,
            given.beat_us_cents, given.retail_price_cents, given.ask_count,
            given.bid_count, given.sales_count_72_hours, given.sales_count_total,
            round(given.volatility, 4), round(given.price_premium, 4), given.details
        ) is distinct from (
            last.lowest_ask_cents, last.highest_bid_cents, last.last_sale_cents,
            last.last_sale_at, last.average_price_cents, last.minimum_price_cents,
            last.maximum_price_cents, last.sell_faster_cents, last.earn_more_cents,
            last.beat_us_cents, last.retail_price_cents, last.ask_count,
            last.bid_count, last.sales_count_72_hours, last.sales_count_total,
            last.volatility, last.price_premium, coalesce(last.details, '{}')
        )
    -- In one order, so that two calls wait for each other and never both ways.
    order by
        given.product_id asc, given.variant_id asc, given.provider asc,
        given.provider_source asc, given.region asc, given.channel asc,
        given.condition asc, given.currency asc
    on conflict (
        product_id, variant_id, provider, provider_source, region, channel, condition,
        currency, snapshot_at
    ) do update set
        lowest_ask_cents = excluded.lowest_ask_cents,
        highest_bid_cents = excluded.highest_bid_cents,
        last_sale_cents = excluded.last_sale_cents,
        last_sale_at = excluded.last_sale_at,
        average_price_cents = excluded.average_price_cents,
        minimum_price_cents = excluded.minimum_price_cents,
        maximum_price_cents = excluded.maximum_price_cents,
        sell_faster_cents = excluded.sell_faster_cents,
        earn_more_cents = excluded.earn_more_cents,
        beat_us_cents = excluded.beat_us_cents,
        retail_price_cents = excluded.retail_price_cents,
        ask_count = excluded.ask_count,
        bid_count = excluded.bid_count,
        sales_count_72_hours = excluded.sales_count_72_hours,
        sales_count_total = excluded.sales_count_total,
        volatility = excluded.volatility,
        price_premium = excluded.price_premium,
        details = excluded.details;
    get diagnostics v_written = row_count;
    if v_later is not null then
        v_written := v_written + integration.record_snapshots(v_later);
    end if;
    return v_written;
end;
$function$;

comment on function integration.record_snapshots(integration.market_observation[]) is
'Write market states that are other than the last before them of their product,
variant, provider, source, region, channel, condition and currency; return how many. Of
two of one moment the later in the array counts. What comes late counts until the next
that was written: when a market was seen unchanged is not kept.
Errors: class 23 for rows that break the rules of integration.market_snapshots, 22001
for a currency of more than three letters.';

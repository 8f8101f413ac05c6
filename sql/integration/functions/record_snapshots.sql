-- A market that is as it was last is not written again, nor one of which nothing was
-- ever said. What it was last is the later of the state before in the same array and of
-- the last one written; two lookups of that, so that each can follow the index of the
-- natural key to its last column.
create or replace function integration.record_snapshots(
    p_snapshots integration.market_observation[]
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_written integer;
begin
    with moment as (
        select distinct on (
            said.product_id, said.variant_id, said.provider, said.provider_source,
            said.region, said.channel, said.condition, said.currency, said.snapshot_at
        )
            said.*,
            row(
                said.lowest_ask_cents, said.highest_bid_cents, said.last_sale_cents,
                said.last_sale_at, said.average_price_cents, said.minimum_price_cents,
                said.maximum_price_cents, said.sell_faster_cents, said.earn_more_cents,
                said.beat_us_cents, said.retail_price_cents, said.ask_count,
                said.bid_count, said.sales_count_72_hours, said.sales_count_total,
                round(said.volatility, 4), round(said.price_premium, 4), said.details
            ) as state
        from unnest(p_snapshots) with ordinality as said
        order by
            said.product_id, said.variant_id, said.provider, said.provider_source,
            said.region, said.channel, said.condition, said.currency, said.snapshot_at,
            said.ordinality desc
    ),

    given as (
        select
            moment.*,
            lag(moment.state) over market as state_before,
            lag(moment.snapshot_at) over market as before_at
        from moment
        window market as (
            partition by
                moment.product_id, moment.variant_id, moment.provider,
                moment.provider_source, moment.region, moment.channel,
                moment.condition, moment.currency
            order by moment.snapshot_at
        )
    )

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
    from given
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
        given.state is distinct from case
            when given.before_at >= coalesce(last.snapshot_at, '-infinity')
                then given.state_before
            else row(
                last.lowest_ask_cents, last.highest_bid_cents, last.last_sale_cents,
                last.last_sale_at, last.average_price_cents, last.minimum_price_cents,
                last.maximum_price_cents, last.sell_faster_cents, last.earn_more_cents,
                last.beat_us_cents, last.retail_price_cents, last.ask_count,
                last.bid_count, last.sales_count_72_hours, last.sales_count_total,
                last.volatility, last.price_premium, coalesce(last.details, '{}')
            )
        end
    -- In one order, so that two calls wait for each other and never both ways.
    order by
        given.product_id asc, given.variant_id asc, given.provider asc,
        given.provider_source asc, given.region asc, given.channel asc,
        given.condition asc, given.currency asc, given.snapshot_at asc
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

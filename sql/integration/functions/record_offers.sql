-- A histogram is whole: one that is as the last before it is not written again.
create or replace function integration.record_offers(
    p_offers integration.offer_observation[]
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_written integer;
begin
    with given as (
        select distinct on (
            offer.product_id, offer.variant_id, offer.provider, offer.region,
            offer.channel, offer.condition, offer.packaging, offer.currency,
            offer.snapshot_at, offer.price_cents
        )
            offer.*
        from unnest(p_offers) with ordinality as offer
        order by
            offer.product_id asc,
            offer.variant_id asc,
            offer.provider asc,
            offer.region asc,
            offer.channel asc,
            offer.condition asc,
            offer.packaging asc,
            offer.currency asc,
            offer.snapshot_at asc,
            offer.price_cents asc,
            offer.ordinality desc
    ),

    histogram as (
        select
            given.product_id,
            given.variant_id,
            given.provider,
            given.region,
            given.channel,
            given.condition,
            given.packaging,
            given.currency,
            given.snapshot_at,
            jsonb_object_agg(given.price_cents, given.offer_count) as bins
        from given
        group by 1, 2, 3, 4, 5, 6, 7, 8, 9
    ),

    news as (
        select histogram.*
        from histogram
        where
            histogram.bins is distinct from (
                select jsonb_object_agg(known.price_cents, known.offer_count)
                from integration.offer_histograms as known
                where
                    known.product_id = histogram.product_id
                    and known.variant_id is not distinct from histogram.variant_id
                    and known.provider = histogram.provider
                    and known.region = histogram.region
                    and known.channel = histogram.channel
                    and known.condition = histogram.condition
                    and known.packaging = histogram.packaging
                    and known.currency = histogram.currency::bpchar
                    and known.snapshot_at <= histogram.snapshot_at
                group by known.snapshot_at
                order by known.snapshot_at desc
                limit 1
            )
    )

    insert into integration.offer_histograms as known (
        product_id, variant_id, provider, region, channel, condition, packaging,
        size_label, currency, price_cents, offer_count, snapshot_at
    )
    select
        given.product_id,
        given.variant_id,
        given.provider,
        given.region,
        given.channel,
        given.condition,
        given.packaging,
        given.size_label,
        given.currency,
        given.price_cents,
        given.offer_count,
        given.snapshot_at
    from given
    inner join news
        on
            given.product_id = news.product_id
            and given.variant_id is not distinct from news.variant_id
            and given.provider = news.provider
            and given.region = news.region
            and given.channel = news.channel
            and given.condition = news.condition
            and given.packaging = news.packaging
            and given.currency = news.currency
            and given.snapshot_at = news.snapshot_at
    -- In one order, so that two calls wait for each other and never both ways.
    order by
        given.product_id asc, given.variant_id asc, given.provider asc,
        given.region asc, given.channel asc, given.condition asc,
        given.packaging asc, given.currency asc, given.snapshot_at asc,
        given.price_cents asc
    on conflict (
        product_id, variant_id, provider, region, channel, condition, packaging,
        currency, snapshot_at, price_cents
    ) do update set offer_count = excluded.offer_count
    where known.offer_count is distinct from excluded.offer_count;
    get diagnostics v_written = row_count;
    return v_written;
end;
$function$;

comment on function integration.record_offers(integration.offer_observation[]) is
'Write the bins of offer histograms that are other than the last before them; return
how many. Of two bins of one price and moment the later in the array counts.
Errors: class 23 for rows that break the rules of integration.offer_histograms.';

-- What was stated later stays; of two entries of one array the later in it counts.
create or replace function platforms.record_listings(
    p_entries platforms.listing_entry[],
    p_on_tie text default 'replace'
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_changed integer;
begin
    if p_on_tie not in ('replace', 'keep') then
        raise exception 'p_on_tie is "%", neither replace nor keep', p_on_tie
            using errcode = '22023';
    end if;
    insert into platforms.listings as known (
        id, platform_id, product_id, variant_id, external_listing_id,
        external_product_id, external_variant_id, status, currency, price_cents,
        original_price_cents, cost_cents, expected_profit_cents,
        expected_margin_percent, market_lowest_ask_cents, market_highest_bid_cents,
        listed_at, price_changed_at, expires_at, delisted_at, details, created_at,
        observed_at, origin
    )
    select distinct on (entry.id)
        entry.id,
        entry.platform_id,
        entry.product_id,
        entry.variant_id,
        entry.external_listing_id,
        entry.external_product_id,
        entry.external_variant_id,
        entry.status,
        entry.currency,
        entry.price_cents,
        entry.original_price_cents,
        entry.cost_cents,
        entry.expected_profit_cents,
        entry.expected_margin_percent,
        entry.market_lowest_ask_cents,
        entry.market_highest_bid_cents,
        entry.listed_at,
        entry.price_changed_at,
        entry.expires_at,
        entry.delisted_at,
        entry.details,
        coalesce(entry.created_at, now()),
        entry.observed_at,
        entry.origin
    from unnest(p_entries) with ordinality as entry
    order by
        entry.id asc,
        entry.observed_at desc,
        case p_on_tie when 'keep' then entry.ordinality else - entry.ordinality end asc
    on conflict (id) do update set
        (
            platform_id, product_id, variant_id, external_listing_id,
            external_product_id, external_variant_id, status, currency, price_cents,
            original_price_cents, cost_cents, expected_profit_cents,
            expected_margin_percent, market_lowest_ask_cents,
            market_highest_bid_cents, listed_at, price_changed_at, expires_at,
            delisted_at, details, observed_at, origin
        ) = (
            excluded.platform_id, excluded.product_id, excluded.variant_id,
            excluded.external_listing_id, excluded.external_product_id,
            excluded.external_variant_id, excluded.status, excluded.currency,
            excluded.price_cents, excluded.original_price_cents, excluded.cost_cents,
            excluded.expected_profit_cents, excluded.expected_margin_percent,
            excluded.market_lowest_ask_cents, excluded.market_highest_bid_cents,
            excluded.listed_at, excluded.price_changed_at, excluded.expires_at,
            excluded.delisted_at, excluded.details, excluded.observed_at,
            excluded.origin
        )
    where
        known.observed_at < excluded.observed_at
        or (
            known.observed_at = excluded.observed_at
            and p_on_tie = 'replace'
            and (
                known.platform_id, known.product_id, known.variant_id,
                known.external_listing_id, known.external_product_id,
                known.external_variant_id, known.status, known.currency,
                known.price_cents, known.original_price_cents, known.cost_cents,
                known.expected_profit_cents, known.expected_margin_percent,
                known.market_lowest_ask_cents, known.market_highest_bid_cents,
                known.listed_at, known.price_changed_at, known.expires_at,
                known.delisted_at, known.details, known.origin
            ) is distinct from (
                excluded.platform_id, excluded.product_id, excluded.variant_id,
                excluded.external_listing_id, excluded.external_product_id,
                excluded.external_variant_id, excluded.status, excluded.currency,
                excluded.price_cents, excluded.original_price_cents,
                excluded.cost_cents, excluded.expected_profit_cents,
                excluded.expected_margin_percent, excluded.market_lowest_ask_cents,
                excluded.market_highest_bid_cents, excluded.listed_at,
                excluded.price_changed_at, excluded.expires_at, excluded.delisted_at,
                excluded.details, excluded.origin
            )
        );
    get diagnostics v_changed = row_count;
    return v_changed;
end;
$function$;

comment on function platforms.record_listings(platforms.listing_entry[], text) is
'Write listings under the keys they come with; return how many are new or changed.
p_on_tie: replace or keep what was stated at the very same time. Errors: 22023 for
another p_on_tie; class 23 for entries that break the rules of the table.';

-- SoleFlip's listings are of StockX alone, and in euros. The piece of stock is not
-- among their columns. Needs the moves of products and variants.
create or replace function strangler.map_soleflip_listings(
    p_row legacy_platforms.stockx_listings
)
returns setof platforms.listing_entry
language sql stable
as $function$
    select
        p_row.id,
        platform.id,
        link.product_id,
        sized.variant_id,
        p_row.stockx_listing_id::text,
        p_row.stockx_product_id::text,
        p_row.variant_id::text,
        p_row.status::text,
        'EUR',
        (p_row.ask_price * 100)::bigint,
        (p_row.original_ask_price * 100)::bigint,
        (p_row.buy_price * 100)::bigint,
        (p_row.expected_profit * 100)::bigint,
        p_row.expected_margin,
        nullif((p_row.current_lowest_ask * 100)::bigint, 0),
        nullif((p_row.current_highest_bid * 100)::bigint, 0),
        p_row.listed_at,
        p_row.last_price_update,
        p_row.expires_at,
        p_row.delisted_at,
        jsonb_strip_nulls(
            jsonb_build_object(
                'source_opportunity_id', p_row.source_opportunity_id,
                'created_from', p_row.created_from
            )
        ),
        p_row.created_at,
        p_row.updated_at,
        'move:soleflip_listings',
        case
            when link.product_id is null then 'its product is not known'
            when p_row.ask_price < 0
                then format('ask_price %s is not a price', p_row.ask_price)
            when p_row.is_active and p_row.status <> 'active'
                then format('it is active, and its status is %s', p_row.status)
            when btrim(p_row.stockx_listing_id) = '' then 'it has no number'
        end
    from platforms.platforms as platform
    left join integration.product_links as link
        on
            link.provider = 'soleflip'
            and link.provider_product_id = p_row.product_id::text
            and link.provider_variant_id = ''
    left join lateral (
        select known.variant_id
        from integration.product_links as known
        where
            known.provider = 'stockx'
            and known.provider_variant_id = p_row.variant_id
            and known.provider_variant_id <> ''
            and known.product_id = link.product_id
        order by known.provider_product_id
        limit 1
    ) as sized on true
    where platform.slug = 'stockx';
$function$;

comment on function strangler.map_soleflip_listings(
    legacy_platforms.stockx_listings
) is
'Return the listing of a row of SoleFlip''s stockx_listings.';

select strangler.register_move(
    'soleflip_listings',
    'soleflip',
    'Listings of SoleFlip become listings on StockX under the same keys',
    'legacy_platforms.stockx_listings',
    'platforms.listings',
    array['id'],
    array[
        'product_id', 'external_listing_id', 'status', 'currency', 'price_cents',
        'cost_cents', 'market_lowest_ask_cents', 'market_highest_bid_cents', 'listed_at'
    ],
    'strangler.map_soleflip_listings',
    'platforms.record_listings',
    'platforms.withdraw_listings',
    p_forget_function => 'platforms.forget_listings'
);

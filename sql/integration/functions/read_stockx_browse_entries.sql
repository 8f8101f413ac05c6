-- What a product can do without, and what cannot be read, is left out. What cannot be
-- read at all is passed over here, and rejected by read_stockx_browse_prices().
create or replace function integration.read_stockx_browse_entries(
    p_payload jsonb,
    p_observed_at timestamptz,
    p_context jsonb,
    p_provider text default 'stockx'
)
returns setof integration.catalogue_entry
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with said as (
        select
            found.*,
            integration.get_text(found.item, 'title') as title,
            integration.parse_stockx_gender(
                integration.get_text(found.item, 'gender')
            ) as gender,
            row_number() over (
                partition by found.product_id
                order by (found.variant_id = '') desc
            ) as turn
        from integration.list_stockx_browse_items(p_payload, p_observed_at) as found
    )

    select
        p_provider,
        said.product_id,
        '',
        nullif(integration.get_text(said.item, 'styleId'), 'None'),
        integration.get_text(said.item, 'brand'),
        said.title,
        nullif(integration.get_text(said.item, 'colorway'), 'None'),
        said.gender,
        integration.parse_stockx_category(
            integration.get_text(said.item, 'productCategory')
        ),
        integration.get_cents(said.item, 'retailPrice'),
        coalesce(p_context ->> 'retail_currency', 'USD'),
        integration.parse_date(integration.get_text(said.item, 'releaseDate')),
        null,
        null,
        coalesce(said.seen_at, p_observed_at),
        'ingest',
        said.path,
        null,
        null::text[]
    from said
    where said.turn = 1 and said.product_id is not null and said.title is not null
    union all
    select
        p_provider,
        said.product_id,
        said.variant_id,
        null,
        null,
        said.title,
        null,
        said.gender,
        null,
        null,
        null,
        null,
        'US',
        said.size_label,
        coalesce(said.seen_at, p_observed_at),
        'ingest',
        said.path,
        null,
        null
    from said
    where
        said.product_id is not null
        and said.title is not null
        and said.variant_id <> '';
$function$;

comment on function integration.read_stockx_browse_entries(
    jsonb, timestamptz, jsonb, text
) is
'Return the products and sizes of an answer of the older StockX API.
p_context: retail_currency, default USD: the answer names none.
p_provider: whose ids they are.';

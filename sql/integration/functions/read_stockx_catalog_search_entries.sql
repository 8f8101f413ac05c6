-- GET /v2/catalog/search answers {"products": [...]}; a single product comes as it is.
-- What a product can do without, and what cannot be read, is left out.
create or replace function integration.read_stockx_catalog_search_entries(
    p_payload jsonb,
    p_observed_at timestamptz,
    p_context jsonb
)
returns setof integration.catalogue_entry
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        'stockx',
        product.id,
        '',
        integration.get_text(found.item, 'styleId'),
        integration.get_text(found.item, 'brand'),
        product.title,
        integration.get_text(product.attributes, 'colorway'),
        integration.parse_stockx_gender(
            integration.get_text(product.attributes, 'gender')
        ),
        integration.parse_stockx_category(
            integration.get_text(found.item, 'productType')
        ),
        integration.get_cents(product.attributes, 'retailPrice'),
        coalesce(p_context ->> 'retail_currency', 'USD'),
        integration.parse_date(
            integration.get_text(product.attributes, 'releaseDate')
        ),
        null,
        null,
        p_observed_at,
        'ingest',
        found.path,
        case
            when product.id is null then 'its productId cannot be read'
            when product.title is null then 'its title cannot be read'
        end,
        null::text[]
    from integration.list_payload_items(p_payload, 'products'::text) as found
    cross join lateral (
        select
            integration.get_text(found.item, 'productId') as id,
            integration.get_text(found.item, 'title') as title,
            found.item -> 'productAttributes' as attributes
    ) as product;
$function$;

comment on function integration.read_stockx_catalog_search_entries(
    jsonb, timestamptz, jsonb
) is
'Return the products of a StockX v2 catalogue search or product answer.
p_context: retail_currency, default USD: the answer names none.';

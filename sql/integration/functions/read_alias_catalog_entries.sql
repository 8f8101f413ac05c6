-- GET /catalog answers {"catalog_items": [...]}, GET /catalog/{id} {"catalog_item":
-- {...}}. Each item lists its sizes. What a product can do without, and what cannot be
-- read, is left out; amounts are text of US cents, "0" for unknown.
create or replace function integration.read_alias_catalog_entries(
    p_payload jsonb,
    p_observed_at timestamptz,
    p_context jsonb
)
returns setof integration.catalogue_entry
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with product as (
        select
            found.item,
            found.path,
            integration.get_text(found.item, 'catalog_id') as id,
            integration.get_text(found.item, 'name') as name,
            case
                when found.item ->> 'gender'
                    in ('men', 'women', 'unisex', 'youth', 'child', 'infant')
                    then found.item ->> 'gender'
            end as gender
        from integration.list_payload_items(
            p_payload,
            case
                when p_payload ? 'catalog_item' then 'catalog_item'
                else 'catalog_items'
            end
        ) as found
    )

    select
        'alias',
        product.id,
        '',
        integration.get_text(product.item, 'sku'),
        integration.get_text(product.item, 'brand'),
        product.name,
        integration.get_text(product.item, 'colorway'),
        product.gender,
        case integration.get_text(product.item, 'product_type')
            when 'sneakers' then 'sneakers' else 'other'
        end,
        integration.get_alias_cents(product.item, 'retail_price_cents'),
        'USD',
        integration.parse_date(integration.get_text(product.item, 'release_date')),
        null,
        null,
        p_observed_at,
        'ingest',
        product.path,
        case
            when product.id is null then 'its catalog_id cannot be read'
            when product.name is null then 'its name cannot be read'
        end,
        null::text[]
    from product
    union all
    select
        'alias',
        product.id,
        size.label,
        null,
        null,
        null,
        null,
        product.gender,
        null,
        null,
        null,
        null,
        'US',
        size.label,
        p_observed_at,
        'ingest',
        product.path || substr(listed.path, 2) || '.value',
        case when size.label is null then 'its size cannot be read' end,
        null
    from product
    cross join lateral integration.list_payload_items(
        product.item, 'allowed_sizes'
    ) as listed
    cross join lateral (
        select integration.parse_alias_size(listed.item -> 'value') as label
    ) as size
    where
        product.id is not null
        and product.name is not null
        and jsonb_typeof(product.item -> 'allowed_sizes') = 'array';
$function$;

comment on function integration.read_alias_catalog_entries(jsonb, timestamptz, jsonb) is
'Return the products and sizes of an Alias catalogue answer.';

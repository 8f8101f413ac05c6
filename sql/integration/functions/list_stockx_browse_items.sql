-- GET /api/v3/browse answers {"Products": [...]}, some of them a product in one size;
-- GET /api/products/{id} answers {"Product": {..., "children": {id: ...}}}, a child a
-- size. Some recordings have the text None for null.
create or replace function integration.list_stockx_browse_items(
    p_payload jsonb,
    p_observed_at timestamptz
)
returns table (
    item jsonb,
    path text,
    product_id text,
    variant_id text,
    size_label text,
    market jsonb,
    seen_at timestamptz
)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with listed as (
        select
            found.item,
            found.path
        from integration.list_payload_items(
            p_payload,
            case when p_payload ? 'Product' then 'Product' else 'Products' end
        ) as found
    ),

    given as (
        select
            listed.item,
            listed.path
        from listed
        union all
        select
            child.value,
            format('%s.children.%s', listed.path, to_json(child.key))
        from listed
        cross join lateral jsonb_each(
            case
                when jsonb_typeof(listed.item -> 'children') = 'object'
                    then listed.item -> 'children'
            end
        ) as child (key, value)
    )

    select
        given.item,
        given.path,
        coalesce(
            integration.get_text(given.item -> 'market', 'productUuid'),
            integration.get_text(given.item, 'parentUuid'),
            integration.get_text(given.item, 'id')
        ),
        case
            when size.label is not null
                then coalesce(
                    nullif(
                        integration.get_text(given.item -> 'market', 'skuUuid'), 'None'
                    ),
                    integration.get_text(given.item, 'id')
                )
            else ''
        end,
        size.label,
        given.item -> 'market',
        case
            when time.said is null or time.said = 'null' then p_observed_at
            when time.said #>> '{}' ~ '^[1-9][0-9]{8,9}$'
                then to_timestamp((time.said #>> '{}')::double precision)
        end
    from given
    cross join lateral (
        select
            nullif(integration.get_text(given.item, 'shoeSize'), 'None') as label
    ) as size
    cross join lateral (
        select given.item #> '{market,updatedAt}' as said
    ) as time;
$function$;

comment on function integration.list_stockx_browse_items(jsonb, timestamptz) is
'Return the products and sizes of an answer of the older StockX API. variant_id: empty
for a product in all sizes. market: what it says of its market. seen_at: when that was
so; null when it cannot be read.';

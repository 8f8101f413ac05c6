-- One row per size; the style code stands at the end of the description. A row that
-- cannot be read is passed over here, and rejected by read_awin_feed_prices().
create or replace function integration.read_awin_feed_entries(
    p_payload jsonb,
    p_observed_at timestamptz,
    p_context jsonb
)
returns setof integration.catalogue_entry
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with given as (
        select
            found.item,
            found.path,
            integration.get_awin_product_id(found.item) as product_id,
            integration.get_text(found.item, 'aw_product_id') as variant_id,
            integration.get_text(found.item, 'product_name') as name,
            integration.get_text(found.item, 'Fashion:size') as label,
            case found.item ->> 'merchant_category'
                when 'Men''s Footwear' then 'men'
                when 'Women''s Footwear' then 'women'
                when 'Children''s Footwear' then 'youth'
            end as gender
        from integration.list_payload_items(p_payload) as found
    ),

    numbered as (
        select
            given.*,
            row_number() over (partition by given.product_id) as place
        from given
        where
            given.product_id is not null
            and given.variant_id is not null
            and given.name is not null
            and given.label is not null
    )

    select
        'awin',
        row_item.product_id,
        '',
        substring(
            row_item.item ->> 'description',
            '(?: \||[Ss]t[iy]le?-?[Cc]ode:) '
            '((?=.*[0-9])[A-Za-z0-9][A-Za-z0-9._ -]{3,30})$'
        ),
        integration.get_text(row_item.item, 'brand_name'),
        row_item.name,
        integration.get_text(row_item.item, 'colour'),
        row_item.gender,
        'sneakers',
        null::bigint,
        null,
        null::date,
        null,
        null,
        p_observed_at,
        'ingest',
        row_item.path,
        null,
        null::text[]
    from numbered as row_item
    where row_item.place = 1
    union all
    select
        'awin',
        row_item.product_id,
        row_item.variant_id,
        null,
        null,
        row_item.name,
        null,
        row_item.gender,
        null,
        null,
        null,
        null,
        'EU',
        row_item.label,
        p_observed_at,
        'ingest',
        row_item.path,
        null,
        array[
            integration.get_text(row_item.item, 'ean'),
            integration.get_text(row_item.item, 'upc')
        ]
    from numbered as row_item;
$function$;

comment on function integration.read_awin_feed_entries(jsonb, timestamptz, jsonb) is
'Return the products and sizes of rows of an Awin feed, a JSON array of objects by
column name.';

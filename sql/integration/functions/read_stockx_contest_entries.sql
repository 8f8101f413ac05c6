-- The data contest of 2019 names its shoes and gives no ids, so the name is the id. A
-- row that cannot be read is passed over here, and rejected by
-- read_stockx_contest_sales().
create or replace function integration.read_stockx_contest_entries(
    p_payload jsonb,
    p_observed_at timestamptz,
    p_context jsonb
)
returns setof integration.catalogue_entry
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with given as materialized (
        select
            found.item,
            found.path,
            core.slugify(integration.get_text(found.item, 'Sneaker Name')) as name_id,
            integration.get_text(found.item, 'Shoe Size') as label,
            row_number() over () as place
        from integration.list_payload_items(p_payload) as found
    ),

    size as (
        select distinct on (given.name_id, given.label)
            given.*
        from given
        where given.name_id is not null and given.label is not null
        order by given.name_id asc, given.label asc, given.place asc
    ),

    numbered as (
        select
            size.*,
            row_number() over (
                partition by size.name_id order by size.place asc
            ) as turn
        from size
    )

    select
        'stockx-contest',
        numbered.name_id,
        part.variant_id,
        null,
        integration.get_text(numbered.item, 'Brand'),
        integration.get_text(numbered.item, 'Sneaker Name'),
        null,
        'men',
        'sneakers',
        nullif(
            greatest(
                integration.cents_from_units(
                    translate(numbered.item ->> 'Retail Price', '$,', '')
                ),
                0
            ),
            0
        ),
        'USD',
        integration.parse_contest_date(numbered.item ->> 'Release Date'),
        'US',
        numbered.label,
        p_observed_at,
        'ingest',
        numbered.path,
        null::text,
        null::text[]
    from numbered
    inner join lateral (
        values ('', numbered.turn), (numbered.label, 1)
    ) as part (variant_id, turn)
        on part.turn = 1;
$function$;

comment on function integration.read_stockx_contest_entries(
    jsonb, timestamptz, jsonb
) is
'Return the shoes and sizes of rows of the StockX data contest of 2019, a JSON array
of objects by column name.';

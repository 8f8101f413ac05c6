-- A table of products that was collected from the older API, with its fields in
-- columns, and neither ids nor style codes: so the name is the id. For whom a shoe is
-- stands in its name. An apostrophe was garbled in some. Two rows of one name with
-- other numbers are two moments, and nothing says which is the later, so neither has a
-- market. The first column, which has no name, numbers the rows.
create or replace function integration.list_stockx_table_rows(p_payload jsonb)
returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with found as materialized (
        select
            listed.item,
            row_number() over () as place,
            regexp_replace(
                integration.get_text(listed.item, 'item'), 'Õ(?=s\M)', '’', 'g'
            ) as name,
            case
                when jsonb_typeof(listed.item) = 'object' then listed.item - ''
            end as numbers
        from integration.list_payload_items(p_payload) as listed
    )

    select coalesce(
        jsonb_agg(
            case
                when id.text is null then jsonb_build_object('market', found.item)
                else jsonb_build_object(
                    'id', id.text,
                    'title', found.name,
                    'brand', found.item -> 'brand',
                    'gender', case
                        when found.name ~ '\((W|Women''s)\)' then 'women'
                        when found.name ~ '\(GS\)' then 'youth'
                        when found.name ~ '\(PS\)' then 'preschool'
                        when found.name ~ '\(TD\)' then 'toddler'
                    end,
                    'productCategory', 'sneakers',
                    'releaseDate', found.item -> 'release',
                    'retailPrice', found.item -> 'retail',
                    'market', case when differing.id is null then found.item end
                )
            end
            order by found.place
        ),
        '[]'
    )
    from found
    cross join lateral (select nullif(core.slugify(found.name), '') as text) as id
    left join (
        select
            core.slugify(known.name) as id
        from found as known
        group by 1
        having count(distinct known.numbers) > 1
    ) as differing on id.text = differing.id;
$function$;

comment on function integration.list_stockx_table_rows(jsonb) is
'Return rows of a table of StockX products, a JSON array of objects by column name, in
the shape that the older StockX API answers in.';

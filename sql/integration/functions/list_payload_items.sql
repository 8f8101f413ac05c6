-- Providers answer with one item, with an array of them, or with an object that holds
-- one or the other. What has none of these shapes is one item, which its parser cannot
-- use, so that a changed format is rejected and not taken for an empty answer.
create or replace function integration.list_payload_items(
    p_payload jsonb,
    p_field text default null
)
returns table (item jsonb, path text)
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    with found as (
        select
            coalesce(named.items, p_payload) as items,
            '$' || case
                when named.items is not null then '.' || p_field else ''
            end as path
        from (
            select case
                when jsonb_typeof(p_payload -> p_field) in ('array', 'object')
                    then p_payload -> p_field
            end as items
        ) as named
    )

    select
        element.value,
        format('%s[%s]', found.path, element.place - 1)
    from found
    cross join lateral jsonb_array_elements(
        case when jsonb_typeof(found.items) = 'array' then found.items end
    ) with ordinality as element (value, place)
    union all
    select
        found.items,
        found.path
    from found
    where jsonb_typeof(found.items) <> 'array';
$function$;

comment on function integration.list_payload_items(jsonb, text) is
'Return the items of a payload, and where in it each stands, as a JSON path.
p_field: name of the field that holds them, in payloads that are objects.';

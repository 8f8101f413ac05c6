create or replace function products.narrow_size_conversions(
    p_conversions products.size_conversions[],
    p_chart uuid,
    p_gender text,
    p_region text,
    p_label text
)
returns products.size_conversions[]
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    with other as materialized (
        select conversion.standardized_value
        from products.find_size_conversions(
            p_chart, p_gender, p_region, p_label
        ) as conversion
    )

    select
        case
            when not exists (select from other) then p_conversions
            when p_conversions is not null
                then array(
                    select conversion
                    from unnest(p_conversions) as conversion
                    inner join other
                        on conversion.standardized_value = other.standardized_value
                )
        end;
$function$;

comment on function products.narrow_size_conversions(
    products.size_conversions[], uuid, text, text, text
) is
'Return those of the meanings of a label that what it states beside it has too; all
where the chart does not know that. p_gender, p_region, p_label: what is stated beside it. Part
of products.explain_size().';

create or replace function products.describe_unknown_size(
    p_chart uuid,
    p_gender text,
    p_region text,
    p_label text,
    p_found products.size_conversions[],
    p_meant products.size_conversions[]
)
returns text
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select
        case
            when cardinality(p_meant) > 1
                then 'it may be EU ' || (
                    select
                        string_agg(
                            trim_scale(conversion.standardized_value)::text, ' or EU '
                        )
                    from unnest(p_meant) as conversion
                )
            when cardinality(p_found) > 0
                then 'the two sizes that it states are not the same size'
            when
                p_gender = 'child' and p_region in ('US', 'UK')
                and split_part(p_label, ' ', 1)::numeric < 4
                then 'it may be a toddler''s or a youth''s; add its letter, C or Y'
            else format(
                '%s has no %s %s for %s',
                coalesce(
                    (
                        select 'the chart of ' || brand.name
                        from core.brands as brand
                        where brand.id = p_chart
                    ),
                    'the general chart'
                ),
                p_region,
                p_label,
                p_gender
            )
        end;
$function$;

comment on function products.describe_unknown_size(
    uuid, text, text, text, products.size_conversions[], products.size_conversions[]
) is
'Return why a label does not mean one size. p_chart: as products.find_size_chart()
returns it. p_gender, p_region, p_label: as products.parse_size() returns them. p_found:
what the chart says that it may mean, null for nothing. p_meant: what of that it does not
exclude itself. Part of products.explain_size().';

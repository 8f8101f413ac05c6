-- The body is of standard SQL, so that the planner can put it in place of the call.
create or replace function products.find_size_conversions(
    p_chart uuid,
    p_gender text,
    p_region text,
    p_label text
)
returns setof products.size_conversions
language sql stable parallel safe
rows 1
begin atomic
    with row_of_chart as (
        select
            conversion.*,
            conversion.gender = asked.gender as is_own
        from (
            select
                p_chart as chart,
                p_gender as gender,
                products.list_size_scales(p_gender, p_region, p_label) as scales,
                p_region as region,
                p_label as label
        ) as asked
        inner join products.size_conversions as conversion
            on
                asked.chart = conversion.brand_id
                and conversion.gender = any(asked.scales)
                and asked.region = conversion.region
                and asked.label = conversion.label
        union all
        select
            conversion.*,
            conversion.gender = asked.gender as is_own
        from (
            select
                p_gender as gender,
                products.list_size_scales(p_gender, p_region, p_label) as scales,
                p_region as region,
                p_label as label
            where p_chart is null
        ) as asked
        inner join products.size_conversions as conversion
            on
                conversion.brand_id is null
                and conversion.gender = any(asked.scales)
                and asked.region = conversion.region
                and asked.label = conversion.label
    )

    select distinct on (row_of_chart.standardized_value)
        row_of_chart.id,
        row_of_chart.brand_id,
        row_of_chart.gender,
        row_of_chart.region,
        row_of_chart.label,
        row_of_chart.standardized_value,
        row_of_chart.source,
        row_of_chart.confidence
    from row_of_chart
    order by
        row_of_chart.standardized_value asc,
        row_of_chart.is_own desc,
        row_of_chart.gender asc;
end;

comment on function products.find_size_conversions(uuid, text, text, text) is
'Return a row of a chart for each European size that a label may mean, smallest first.
p_chart: as products.find_size_chart() returns it. p_gender, p_region, p_label: as
products.parse_size() returns them.';

-- Insert the general shoe size chart: the pairs that Nike and Jordan publish.
-- depends: 0008_create_strangler_tables
with chart (gender, us, uk, eu, cm) as (
    values
    ('men', '3.5', '3', 35.5, '22.5'), ('men', '4', '3.5', 36, '23'),
    ('men', '4.5', '4', 36.5, '23.5'), ('men', '5', '4.5', 37.5, null),
    ('men', '5.5', '5', 38, '24'), ('men', '6', '5.5', 38.5, null),
    ('men', '6.5', null, 39, '24.5'), ('men', '7', '6', 40, '25'),
    ('men', '7.5', '6.5', 40.5, '25.5'), ('men', '8', '7', 41, '26'),
    ('men', '8.5', '7.5', 42, '26.5'), ('men', '9', '8', 42.5, '27'),
    ('men', '9.5', '8.5', 43, '27.5'), ('men', '10', '9', 44, '28'),
    ('men', '10.5', '9.5', 44.5, '28.5'), ('men', '11', '10', 45, '29'),
    ('men', '11.5', '10.5', 45.5, '29.5'), ('men', '12', '11', 46, '30'),
    ('men', '12.5', '11.5', 47, '30.5'), ('men', '13', '12', 47.5, '31'),
    ('men', '13.5', '12.5', 48, '31.5'), ('men', '14', '13', 48.5, '32'),
    ('men', '14.5', '13.5', 49, '32.5'), ('men', '15', '14', 49.5, '33'),
    ('men', '15.5', '14.5', 50, '33.5'), ('men', '16', '15', 50.5, '34'),
    ('men', '16.5', '15.5', 51, '34.5'), ('men', '17', '16', 51.5, '35'),
    ('men', '17.5', '16.5', 52, '35.5'), ('men', '18', '17', 52.5, '36'),
    ('youth', '3.5', '3', 35.5, '22.5'), ('youth', '4', '3.5', 36, '23'),
    ('youth', '4.5', '4', 36.5, '23.5'), ('youth', '5', '4.5', 37.5, null),
    ('youth', '5.5', '5', 38, '24'), ('youth', '6', '5.5', 38.5, null),
    ('youth', '6.5', null, 39, '24.5'), ('youth', '7', '6', 40, '25')
),

-- A women's size is the men's with 1.5 added, on lasts of their own: of the same EU
-- size they are shorter by half a size, and from 16.5 on the EU sizes run half a size
-- ahead.
every_chart (gender, us, uk, eu, cm) as (
    select
        chart.gender,
        chart.us,
        chart.uk,
        chart.eu,
        chart.cm
    from chart
    union all
    select
        'women' as gender,
        trim_scale(chart.us::numeric + 1.5)::text as us,
        trim_scale(chart.us::numeric - 1)::text as uk,
        case when chart.us::numeric < 15 then chart.eu else chart.eu + 0.5 end as eu,
        trim_scale(chart.us::numeric + 18.5)::text as cm
    from chart
    where chart.gender = 'men' and chart.us::numeric <= 16.5
)

insert into products.size_conversions (
    gender, region, label, standardized_value, source
)
select
    every_chart.gender,
    pair.region,
    pair.label,
    every_chart.eu,
    'Nike size chart' as source
from every_chart
cross join
    lateral (
        values
        ('US', every_chart.us),
        ('UK', every_chart.uk),
        ('EU', trim_scale(every_chart.eu)::text),
        ('CM', every_chart.cm),
        ('JP', every_chart.cm),
        ('KR', trim_scale(every_chart.cm::numeric * 10)::text)
    ) as pair (region, label)
where pair.label is not null;

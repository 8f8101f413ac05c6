-- Insert the general shoe size chart: the pairs that Nike and Jordan publish.
-- depends: 0008_create_strangler_tables

-- One line a region, one column a size; C and Y as children's sizes are printed. What
-- two columns share is ambiguous, and stays so.
with chart (gender, us, uk, eu, cm) as (
    values
    (
        'men',
        '3.5  4    4.5  5    5.5  6    6.5  7    7.5  8    8.5  9    9.5',
        '3    3.5  4    4.5  5    5.5  6    6    6.5  7    7.5  8    8.5',
        '35.5 36   36.5 37.5 38   38.5 39   40   40.5 41   42   42.5 43',
        '22.5 23   23.5 23.5 24   24   24.5 25   25.5 26   26.5 27   27.5'
    ),
    (
        'men',
        '10   10.5 11   11.5 12   12.5 13   13.5 14   14.5 15   15.5',
        '9    9.5  10   10.5 11   11.5 12   12.5 13   13.5 14   14.5',
        '44   44.5 45   45.5 46   47   47.5 48   48.5 49   49.5 50',
        '28   28.5 29   29.5 30   30.5 31   31.5 32   32.5 33   33.5'
    ),
    (
        'men',
        '16   16.5 17   17.5 18',
        '15   15.5 16   16.5 17',
        '50.5 51   51.5 52   52.5',
        '34   34.5 35   35.5 36'
    ),
    (
        'women',
        '5    5.5  6    6.5  7    7.5  8    8.5  9    9.5  10   10.5 11   11.5',
        '2.5  3    3.5  4    4.5  5    5.5  6    6.5  7    7.5  8    8.5  9',
        '35.5 36   36.5 37.5 38   38.5 39   40   40.5 41   42   42.5 43   44',
        '22   22.5 23   23.5 24   24.5 25   25.5 26   26.5 27   27.5 28   28.5'
    ),
    (
        'women',
        '12   12.5 13   13.5 14   14.5 15   15.5 16   16.5 17   17.5 18',
        '9.5  10   10.5 11   11.5 12   12.5 13   13.5 14   14.5 15   15.5',
        '44.5 45   45.5 46   47   47.5 48   48.5 49   50   50.5 51   51.5',
        '29   29.5 30   30.5 31   31.5 32   32.5 33   33.5 34   34.5 35'
    ),
    (
        'youth',
        '1Y   1.5Y 2Y   2.5Y 3Y   3.5Y 4Y   4.5Y 5Y   5.5Y 6Y   6.5Y 7Y',
        '13.5 1    1.5  2    2.5  3    3.5  4    4.5  5    5.5  6    6',
        '32   33   33.5 34   35   35.5 36   36.5 37.5 38   38.5 39   40',
        '20   20.5 21   21.5 22   22.5 23   23.5 23.5 24   24   24.5 25'
    ),
    (
        'child',
        '10.5C 11C  11.5C 12C  12.5C 13C  13.5C',
        '10    10.5 11    11.5 12    12.5 13',
        '27.5  28   28.5  29.5 30    31   31.5',
        '16.5  17   17.5  18   18.5  19   19.5'
    ),
    (
        'child',
        '4C   5C  6C  7C   8C   9C   10C',
        '3.5  4.5 5.5 6.5  7.5  8.5  9.5',
        '19.5 21  22  23.5 25   26   27',
        '10   11  12  13   14   15   16'
    ),
    (
        'infant',
        '2C  3C   4C   5C  6C  7C   8C   9C   10C',
        '1.5 2.5  3.5  4.5 5.5 6.5  7.5  8.5  9.5',
        '17  18.5 19.5 21  22  23.5 25   26   27',
        '8   9    10   11  12  13   14   15   16'
    )
),

size (gender, us, uk, eu, cm) as (
    select
        chart.gender,
        part.us,
        part.uk,
        part.eu,
        part.cm
    from chart
    cross join
        lateral unnest(
            regexp_split_to_array(chart.us, ' +'),
            regexp_split_to_array(chart.uk, ' +'),
            regexp_split_to_array(chart.eu, ' +'),
            regexp_split_to_array(chart.cm, ' +')
        ) as part (us, uk, eu, cm)
)

insert into products.size_conversions (
    gender, region, label, standardized_value, source, confidence
)
select
    size.gender,
    pair.region,
    rtrim(pair.label, 'CY') as label,
    size.eu::numeric,
    'Nike size chart' as source,
    'low' as confidence
from size
cross join
    lateral (
        values
        ('US', size.us),
        ('UK', size.uk),
        ('EU', size.eu),
        ('CM', size.cm),
        ('JP', size.cm),
        ('KR', trim_scale(size.cm::numeric * 10)::text)
    ) as pair (region, label);

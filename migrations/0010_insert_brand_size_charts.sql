-- Insert the size charts of the brands whose sizes differ, and of Nike and Jordan.
-- depends: 0009_insert_size_conversions
-- allow: unbatched_write, some 2,500 rows of a chart, written once
insert into core.brands (name, slug) values
('Nike', 'nike'),
('Jordan', 'jordan'),
('adidas', 'adidas'),
('Yeezy', 'yeezy'),
('ASICS', 'asics'),
('New Balance', 'new-balance'),
('PUMA', 'puma'),
('Converse', 'converse'),
('Vans', 'vans'),
('Reebok', 'reebok'),
('UGG', 'ugg')
on conflict (slug) do nothing;

-- The general chart is that of Nike and Jordan. Marketplaces state it for each of their
-- sizes, but for these.
insert into products.size_conversions (
    brand_id, gender, region, label, standardized_value, source, confidence
)
select
    brand.id,
    general.gender,
    general.region,
    general.label,
    general.standardized_value,
    case
        when is_stated.answer then 'StockX size charts of its articles, 2025'
        else general.source
    end as source,
    case when is_stated.answer then 'high' else 'medium' end as confidence
from core.brands as brand
cross join products.size_conversions as general
cross join
    lateral (
        values (
            (
                general.gender = 'men'
                and general.standardized_value not in (50, 51, 52)
            )
            or general.gender = 'women'
            or (
                general.gender = 'youth'
                and general.standardized_value >= 35.5
                and brand.slug = 'jordan'
            )
        )
    ) as is_stated (answer)
where
    brand.slug in ('nike', 'jordan')
    and general.brand_id is null
    and general.source = 'Nike size chart';

-- Written as the general chart is; 36_2/3 stands for 36 2/3. Korea counts millimetres
-- and prints no quarters: its line is given where it is not ten times the line above.
with chart (slugs, gender, confidence, us, uk, eu, cm, kr) as (
    values
    (
        'asics', 'men', 'high',
        '3.5 4    4.5 5    5.5 6    6.5  7     7.5  8    8.5  9    9.5  10',
        '2.5 3    3.5 4    4.5 5    5.5  6     6.5  7    7.5  8    8.5  9',
        '35  36   37  37.5 38  39   39.5 40    40.5 41.5 42   42.5 43.5 44',
        '22  22.5 23  23.5 24  24.5 25   25.25 25.5 26   26.5 27   27.5 28',
        null
    ),
    (
        'asics', 'men', 'high',
        '10.5  11   11.5 12   12.5 13   14',
        '9.5   10   10.5 11   11.5 12   13',
        '44.5  45   46   46.5 47   48   49',
        '28.25 28.5 29   29.5 30   30.5 31',
        null
    ),
    (
        'asics', 'women', 'high',
        '5    5.5   6   6.5  7   7.5  8    8.5  9     9.5  10   10.5 11   11.5 12',
        '3    3.5   4   4.5  5   5.5  6    6.5  7     7.5  8    8.5  9    9.5  10',
        '35.5 36    37  37.5 38  39   39.5 40   40.5  41.5 42   42.5 43.5 44   44.5',
        '22.5 22.75 23  23.5 24  24.5 25   25.5 25.75 26   26.5 27   27.5 28   28.5',
        '225  228   230 235  240 245  250  255  258   260  265  270  275  280  285'
    ),
    (
        'ugg', 'women', 'high',
        '5  6  7  8  9  10 11 12',
        '3  4  5  6  7  8  9  10',
        '36 37 38 39 40 41 42 43',
        '22 23 24 25 26 27 28 29',
        null
    ),
    (
        'adidas', 'women', 'high',
        '3.5  4      4.5    5  5.5    6      6.5  7      7.5    8  8.5    9',
        '2    2.5    3      3.5 4     4.5    5    5.5    6      6.5 7     7.5',
        '34   34_2/3 35_1/3 36 36_2/3 37_1/3 38   38_2/3 39_1/3 40 40_2/3 41_1/3',
        '20.5 21     21.5   22 22.5   23     23.5 24     24.5   25 25.5   26',
        null
    ),
    (
        'adidas', 'women', 'high',
        '9.5  10     10.5   11 11.5   12     12.5 13     13.5   14   14.5   15',
        '8    8.5    9      9.5 10    10.5   11   11.5   12     12.5 13     13.5',
        '42   42_2/3 43_1/3 44 44_2/3 45_1/3 46   46_2/3 47_1/3 48   48_2/3 49_1/3',
        '26.5 27     27.5   28 28.5   29     29.5 30     30.5   31   31.5   32',
        null
    ),
    (
        'adidas yeezy', 'men', 'medium',
        '3.5    4  4.5    5      5.5  6      6.5    7   7.5    8      8.5  9',
        '3      3.5 4     4.5    5    5.5    6      6.5 7      7.5    8    8.5',
        '35_1/3 36 36_2/3 37_1/3 38   38_2/3 39_1/3 40  40_2/3 41_1/3 42   42_2/3',
        '21.5   22 22.5   23     23.5 24     24.5   25  25.5   26     26.5 27',
        null
    ),
    (
        'adidas yeezy', 'men', 'medium',
        '9.5    10  10.5   11     11.5 12     12.5   13   13.5   14',
        '9      9.5 10     10.5   11   11.5   12     12.5 13     13.5',
        '43_1/3 44  44_2/3 45_1/3 46   46_2/3 47_1/3 48   48_2/3 49_1/3',
        '27.5   28  28.5   29     29.5 30     30.5   31   31.5   32',
        null
    ),
    (
        'adidas', 'youth', 'medium',
        '1Y   1.5Y 2Y   2.5Y 3Y  3.5Y 4Y  4.5Y   5Y     5.5Y 6Y     6.5Y   7Y',
        '13.5 1    1.5  2    2.5 3    3.5 4      4.5    5    5.5    6      6.5',
        '32   33   33.5 34   35  35.5 36  36_2/3 37_1/3 38   38_2/3 39_1/3 40',
        null,
        null
    ),
    (
        'adidas', 'child', 'medium',
        '10.5C 11C  11.5C 12C  12.5C 13C  13.5C',
        '10    10.5 11    11.5 12    12.5 13',
        '28    28.5 29    30   30.5  31   31.5',
        null,
        null
    ),
    (
        'adidas', 'child infant', 'medium',
        '4C 5C 5.5C 6C  6.5C 7C   7.5C 8C  8.5C 9C  9.5C 10C',
        '3  4  5    5.5 6    6.5  7    7.5 8    8.5 9    9.5',
        '19 20 21   22  23   23.5 24   25  25.5 26  26.5 27',
        null,
        null
    ),
    (
        'new-balance', 'men', 'medium',
        '4   4.5  5    5.5  6    6.5  7   7.5  8    8.5  9    9.5 10  10.5 11',
        '3.5 4    4.5  5    5.5  6    6.5 7    7.5  8    8.5  9   9.5 10   10.5',
        '36  37   37.5 38   38.5 39.5 40  40.5 41.5 42   42.5 43  44  44.5 45',
        '22  22.5 23   23.5 24   24.5 25  25.5 26   26.5 27   27.5 28 28.5 29',
        null
    ),
    (
        'new-balance', 'men', 'medium',
        '11.5 12   12.5 13   14   15   16',
        '11   11.5 12   12.5 13.5 14.5 15.5',
        '45.5 46.5 47   47.5 49   50   51',
        '29.5 30   30.5 31   32   33   34',
        null
    ),
    (
        'new-balance', 'women', 'medium',
        '5  5.5  6    6.5  7    7.5  8  8.5  9    9.5  10   10.5 11  12',
        '3  3.5  4    4.5  5    5.5  6  6.5  7    7.5  8    8.5  9   10',
        '35 36   36.5 37   37.5 38   39 40   40.5 41   41.5 42.5 43  44',
        '22 22.5 23   23.5 24   24.5 25 25.5 26   26.5 27   27.5 28  29',
        null
    ),
    (
        'puma', 'men', 'medium',
        '6  6.5  7  7.5 8    8.5 9  9.5  10 10.5 11   11.5 12 12.5 13 14   15   16',
        '5  5.5  6  6.5 7    7.5 8  8.5  9  9.5  10   10.5 11 11.5 12 13   14   15',
        '38 38.5 39 40  40.5 41  42 42.5 43 44   44.5 45   46 46.5 47 48.5 49.5 51',
        null,
        null
    ),
    (
        'puma', 'women', 'medium',
        '5.5  6  6.5 7    7.5 8    8.5 9  9.5 10   10.5 11',
        '3    3.5 4  4.5  5   5.5  6   6.5 7  7.5  8    8.5',
        '35.5 36 37  37.5 38  38.5 39  40 40.5 41  42   42.5',
        null,
        null
    ),
    (
        'converse', 'men', 'medium',
        '3  3.5 4    4.5 5    5.5 6  6.5  7  7.5 8    8.5 9    9.5 10 10.5 11 11.5',
        '3  3.5 4    4.5 5    5.5 6  6.5  7  7.5 8    8.5 9    9.5 10 10.5 11 11.5',
        '35 36  36.5 37  37.5 38  39 39.5 40 41  41.5 42  42.5 43  44 44.5 45 46',
        null,
        null
    ),
    (
        'converse', 'women', 'medium',
        '5  5.5 6    6.5 7    7.5 8  8.5  9  9.5 10   10.5 11   11.5 12 12.5 13',
        '3  3.5 4    4.5 5    5.5 6  6.5  7  7.5 8    8.5  9    9.5  10 10.5 11',
        '35 36  36.5 37  37.5 38  39 39.5 40 41  41.5 42   42.5 43   44 44.5 45',
        null,
        null
    ),
    (
        'vans', 'men', 'medium',
        '6.5  7  7.5 8    8.5 9  9.5  10 10.5 11   11.5 12 13',
        '5.5  6  6.5 7    7.5 8  8.5  9  9.5  10   10.5 11 12',
        '38.5 39 40  40.5 41  42 42.5 43 44   44.5 45   46 47',
        '24.5 25 25.5 26  26.5 27 27.5 28 28.5 29  29.5 30 31',
        null
    ),
    (
        'vans', 'women', 'medium',
        '8    8.5 9    9.5  10   10.5 11   11.5 12   12.5 13',
        '5.5  6   6.5  7    7.5  8    8.5  9    9.5  10   10.5',
        '38.5 39  40   40.5 41   42   42.5 43   44   44.5 45',
        '24.5 25  25.5 26   26.5 27   27.5 28   28.5 29   29.5',
        null
    ),
    (
        'reebok', 'men', 'medium',
        '7  7.5  8  8.5 9    9.5 10 10.5 11 11.5 12 13',
        '6  6.5  7  7.5 8    8.5 9  9.5  10 10.5 11 12',
        '40 40.5 41 42  42.5 43  44 44.5 45 45.5 46 48',
        '25 25.5 26 26.5 27 27.5 28 28.5 29 29.5 30 31',
        null
    )
),

size (slug, gender, confidence, us, uk, eu, cm, kr) as (
    select
        brand.slug,
        scale.gender,
        chart.confidence,
        part.us,
        part.uk,
        replace(part.eu, '_', ' '),
        part.cm,
        coalesce(part.kr, trim_scale(part.cm::numeric * 10)::text)
    from chart
    cross join lateral string_to_table(chart.slugs, ' ') as brand (slug)
    cross join lateral string_to_table(chart.gender, ' ') as scale (gender)
    cross join
        lateral unnest(
            regexp_split_to_array(chart.us, ' +'),
            regexp_split_to_array(chart.uk, ' +'),
            regexp_split_to_array(chart.eu, ' +'),
            regexp_split_to_array(chart.cm, ' +'),
            regexp_split_to_array(chart.kr, ' +')
        ) as part (us, uk, eu, cm, kr)
)

insert into products.size_conversions (
    brand_id, gender, region, label, standardized_value, source, confidence
)
select
    brand.id,
    size.gender,
    pair.region,
    rtrim(pair.label, 'CY') as label,
    round(
        split_part(size.eu, ' ', 1)::numeric
        + case split_part(size.eu, ' ', 2)
            when '1/3' then 1 / 3.0 when '2/3' then 2 / 3.0 else 0
        end,
        1
    ) as standardized_value,
    case
        when size.confidence = 'high' then 'StockX size charts of its articles, 2025'
        when size.slug = 'yeezy' then 'adidas size chart'
        else brand.name || ' size chart'
    end as source,
    size.confidence
from size
inner join core.brands as brand on size.slug = brand.slug
cross join
    lateral (
        values
        ('US', size.us),
        ('UK', size.uk),
        ('EU', size.eu),
        ('CM', size.cm),
        ('JP', size.cm),
        ('KR', size.kr)
    ) as pair (region, label)
where pair.label is not null;

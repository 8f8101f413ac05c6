create or replace function products.normalize_clothing_size(p_label text)
returns text
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select
        case
            when p_label in ('ONE SIZE', 'ONESIZE', 'OS', 'O/S', 'OSFA', 'OSFM')
                then 'ONE SIZE'
            when p_label in ('S', 'SMALL') then 'S'
            when p_label in ('M', 'MEDIUM') then 'M'
            when p_label in ('L', 'LARGE') then 'L'
            when letter.size is not null then letter.size
            when waist.size is not null
                then format('W%s L%s', waist.size[1], waist.size[2])
            when age.size is not null
                then format(
                    '%s-%s%s', age.size[1], age.size[2], left(age.size[3], 1)
                )
        end
    from (
        select
            regexp_match(p_label, '^(X+|[2-6]X|EXTRA)[ -]?(S|L)(?:MALL|ARGE)?$') as parts
    ) as given
    cross join lateral (
        select
            case
                when given.parts[1] in ('X', 'EXTRA') then 'X' || given.parts[2]
                when given.parts[1] = 'XX' and given.parts[2] = 'S' then 'XXS'
                when given.parts[1] ~ '^X+$'
                    then length(given.parts[1]) || 'X' || given.parts[2]
                when given.parts[1] = '2X' and given.parts[2] = 'S' then 'XXS'
                else given.parts[1] || given.parts[2]
            end as size
    ) as letter
    cross join lateral (
        select
            coalesce(
                regexp_match(p_label, '^W ?([2-5][0-9])[ /]*L ?([2-4][0-9])$'),
                regexp_match(p_label, '^([2-5][0-9]) ?X ?([2-4][0-9])$')
            ) as size
    ) as waist
    cross join lateral (
        select
            regexp_match(
                p_label,
                '^([0-9]{1,2}) ?[-/] ?([0-9]{1,2}) ?(Y|M)(?:RS|EARS|O|ONTHS)?$'
            ) as size
    ) as age;
$function$;

comment on function products.normalize_clothing_size(text) is
'Return a clothing size in one spelling: XXS to 6XL, W32 L34, 10-12Y, ONE SIZE; null for
what is none. p_label: as products.clean_size_label() returns it.';

-- Shops write 42⅔, 42,5 and 8 ½, with spaces that are none.
create or replace function products.clean_size_label(p_label text)
returns text
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    with spelt as (
        select
            replace(
                replace(
                    replace(
                        translate(upper(p_label), E'\u00A0\u2009\u202F\t\u2044', '    /'),
                        '½', ' 1/2'
                    ),
                    '⅓', ' 1/3'
                ),
                '⅔', ' 2/3'
            ) as label
    )

    select
        nullif(
            btrim(
                regexp_replace(
                    regexp_replace(
                        regexp_replace(spelt.label, '([0-9]),([0-9])', '\1.\2'),
                        '\m(?:EUR|EUROPE|EURO)\M', 'EU'
                    ),
                    '\s+', ' ', 'g'
                )
            ),
            ''
        )
    from spelt;
$function$;

comment on function products.clean_size_label(text) is
'Return a size label in upper case with plain spaces, fractions as 2/3 and decimal
points; null when nothing is left.';

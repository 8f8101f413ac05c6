-- StockX writes DD1391-100, Alias DD1391 100, Awin 1203A544.101; notes in parentheses
-- before a code are not part of it.
create or replace function products.normalize_style_code(p_style_code text)
returns text
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select nullif(
        btrim(
            regexp_replace(
                regexp_replace(upper(p_style_code), '[\s._-]+', '-', 'g'),
                '^(-?\([^)]*\))+', ''
            ),
            '-'
        ),
        ''
    );
$function$;

comment on function products.normalize_style_code(text) is
'Return a style code in one spelling: upper case, hyphens, no leading note; null when
nothing is left. Two codes joined by a slash stay two codes joined by a slash.';

-- Spellings that differ in case, accents and punctuation become one name.
create or replace function core.slugify(p_text text)
returns text
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select nullif(
        btrim(
            regexp_replace(
                regexp_replace(
                    normalize(lower(p_text), nfd), '[\u0300-\u036F]', '', 'g'
                ),
                '[^a-z0-9]+', '-', 'g'
            ),
            '-'
        ),
        ''
    );
$function$;

comment on function core.slugify(text) is
'Return a text as lower-case words joined by hyphens, null when nothing is left of it.';

-- A value counts where it stands by itself: anna@example.com is not in
-- joanna@example.com. In JSON text an escape such as \n may stand before it, so there
-- the loose pattern finds candidates, and the values themselves are looked at.
create or replace function system.mention_pattern(
    p_values text[], p_is_loose boolean default false
)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with spellings as (
        select distinct spelling.text
        from unnest(p_values) as given (text)
        cross join lateral regexp_replace(
            to_jsonb(given.text)::text, '^"|"$', '', 'g'
        ) as json (text)
        cross join lateral (
            values
                (given.text),
                (json.text),
                (system.json_ascii(json.text)),
                (sync.url_encode(given.text))
        ) as spelling (text)
    )

    select string_agg(
        concat(
            case
                when not p_is_loose and spellings.text ~ '^[[:alnum:]]'
                    then '(?<![[:alnum:]])'
            end,
            regexp_replace(spellings.text, '[].^$*+?(){}|[\\]', '\\\&', 'g'),
            case
                when not p_is_loose and spellings.text ~ '[[:alnum:]]$'
                    then '(?![[:alnum:]])'
            end
        ),
        '|' order by length(spellings.text) desc, spellings.text
    )
    from spellings;
$function$;

comment on function system.mention_pattern(text[], boolean) is
'Return the regular expression that finds any of some values: as they are, as in the
text of a JSON document, and as in a URL. p_is_loose: also within longer words.';

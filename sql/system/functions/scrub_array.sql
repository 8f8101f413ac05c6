create or replace function system.scrub_array(p_texts text[], p_pattern text)
returns text[]
language sql immutable strict
set search_path = pg_catalog, pg_temp
as $function$
    select coalesce(
        array_agg(system.scrub_text(element.text, p_pattern) order by element.number), '{}'
    )
    from unnest(p_texts) with ordinality as element (text, number);
$function$;

comment on function system.scrub_array(text[], text) is
'Return an array of texts with "[erased]" in place of what a pattern of
system.mention_pattern() finds. Null for null.';

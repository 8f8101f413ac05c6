create or replace function system.scrub_text(p_text text, p_pattern text)
returns text
language sql immutable strict
set search_path = pg_catalog, pg_temp
as $function$
    select regexp_replace(p_text, p_pattern, '[erased]', 'gi');
$function$;

comment on function system.scrub_text(text, text) is
'Return a text with "[erased]" in place of what a pattern of system.mention_pattern()
finds. Null for null.';

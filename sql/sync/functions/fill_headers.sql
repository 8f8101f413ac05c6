create or replace function sync.fill_headers(p_headers jsonb, p_subject text)
returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        jsonb_object_agg(header.key, replace(header.value, '{subject}', p_subject))
    from jsonb_each_text(p_headers) as header;
$function$;

comment on function sync.fill_headers(jsonb, text) is
'Return headers, a JSON object, with the subject where {subject} stands in a value.';

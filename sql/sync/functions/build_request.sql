-- What differs between providers is data in the registry; a worker only sends it.
create or replace function sync.build_request(p_data_type text, p_subject text)
returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select sync.fill_request(template.template, p_subject)
    from sync.request_template(p_data_type) as template (template)
    where template.template is not null;
$function$;

comment on function sync.build_request(text, text) is
'Return the request for a subject, see sync.fill_request(); null when the data type is
not registered.';

-- What is the same for every subject is worked out once for a claim, not once a job.
create or replace function sync.request_template(p_data_type text)
returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
begin
    return (
        select
            jsonb_build_object(
                'provider', registry.provider,
                'method', coalesce(registry.request ->> 'method', 'GET'),
                'base_url', provider.base_url,
                'target', (registry.request ->> 'path') || coalesce(
                    case
                        when registry.request ->> 'path' like '%?%' then '&' else '?'
                    end || query.text,
                    ''
                ),
                'headers', coalesce(registry.request -> 'headers', '{}'),
                'format', coalesce(registry.request ->> 'format', 'json'),
                'requests_per_second', provider.requests_per_second
            )
        from sync.data_type_registry as registry
        inner join sync.providers as provider on registry.provider = provider.name
        cross join lateral (
            select
                string_agg(
                    sync.url_encode(part.key)
                    || '='
                    || replace(
                        sync.url_encode(part.value), '%7Bsubject%7D', '{subject}'
                    ),
                    '&' order by part.key
                ) as text
            from jsonb_each_text(registry.request -> 'query') as part
        ) as query
        where registry.data_type = p_data_type
    );
end;
$function$;

comment on function sync.request_template(text) is
'Return what the requests for a data type have in common: JSON object with provider,
method, base_url, target (the rest of the URL), headers, format and requests_per_second;
{subject} stands for the subject in target and headers. Null when the data type is not
registered.';

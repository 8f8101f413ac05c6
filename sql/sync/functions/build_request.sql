-- What differs between providers is data in the registry; a worker only sends it.
create or replace function sync.build_request(p_data_type text, p_subject text)
returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        jsonb_build_object(
            'provider', registry.provider,
            'method', coalesce(registry.request ->> 'method', 'GET'),
            'url', provider.base_url
            || replace(
                registry.request ->> 'path', '{subject}', sync.url_encode(p_subject)
            )
            || coalesce(
                case when registry.request ->> 'path' like '%?%' then '&' else '?' end
                || query.text,
                ''
            ),
            'headers', coalesce(headers.object, '{}'),
            'format', coalesce(registry.request ->> 'format', 'json'),
            'requests_per_second', provider.requests_per_second
        )
    from sync.data_type_registry as registry
    inner join sync.providers as provider on registry.provider = provider.name
    cross join lateral (
        select
            string_agg(
                sync.url_encode(part.key)
                || '=' || sync.url_encode(replace(part.value, '{subject}', p_subject)),
                '&' order by part.key
            ) as text
        from jsonb_each_text(registry.request -> 'query') as part
    ) as query
    cross join lateral (
        select
            jsonb_object_agg(
                header.key, replace(header.value, '{subject}', p_subject)
            ) as object
        from jsonb_each_text(registry.request -> 'headers') as header
    ) as headers
    where registry.data_type = p_data_type;
$function$;

comment on function sync.build_request(text, text) is
'Return the request for a subject: JSON object with provider, method, url, headers
(object), format (json or csv) and requests_per_second, the pace of one worker; null
when the data type is not registered.';

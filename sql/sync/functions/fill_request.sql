-- The planner takes this in, so that a claim calls no function for most of its jobs.
create or replace function sync.fill_request(p_template jsonb, p_subject text)
returns jsonb
language sql stable
return jsonb_build_object(
    'provider', p_template -> 'provider',
    'method', p_template -> 'method',
    'url', (p_template ->> 'base_url') || replace(
        p_template ->> 'target',
        '{subject}',
        case
            when p_subject ~ '^[A-Za-z0-9._~-]*$' then p_subject
            else sync.url_encode(p_subject)
        end
    ),
    'headers', case
        when (p_template ->> 'headers') like '%{subject}%'
            then sync.fill_headers(p_template -> 'headers', p_subject)
        else p_template -> 'headers'
    end,
    'format', p_template -> 'format',
    'requests_per_second', p_template -> 'requests_per_second'
);

comment on function sync.fill_request(jsonb, text) is
'Return the request for a subject: JSON object with provider, method, url, headers
(object), format (json or csv) and requests_per_second, the pace of one worker.
p_template: of its data type, see sync.request_template().';

-- Recorders wrap an answer in what they know of the call: {"status", "body", ...}, a
-- line of a log, or {"request", "response"}, a file of its own.
create or replace function integration.unwrap_recording(
    p_document jsonb,
    out payload jsonb,
    out observed_at timestamptz,
    out context jsonb
)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        coalesce(wrapped.payload, p_document),
        wrapped.observed_at::timestamptz,
        jsonb_strip_nulls(jsonb_build_object('query', wrapped.query))
    from (
        select
            case
                when p_document ?& '{body,status}' then p_document -> 'body'
                when p_document ?& '{request,response}' then p_document -> 'response'
            end as payload,
            case
                when p_document ?& '{body,status}'
                    then p_document ->> 'run_started_at'
                when p_document ?& '{request,response}'
                    then p_document #>> '{request,timestamp}'
            end as observed_at,
            case
                when p_document ?& '{body,status}' then p_document -> 'query'
            end as query
    ) as wrapped;
$function$;

comment on function integration.unwrap_recording(jsonb) is
'Return the payload of a recorded answer, and what its wrapper says of it: observed_at,
null when it does not, and context. A document that is not wrapped is its own payload.
Errors: class 22 for an observed_at that is no time.';

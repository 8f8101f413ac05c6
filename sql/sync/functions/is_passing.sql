-- 2xx is here for an answer without payload: there may be one the next time.
create or replace function sync.is_passing(p_http_status integer)
returns boolean
language sql immutable
set search_path = pg_catalog, pg_temp
as $function$
    select
        p_http_status is null
        or p_http_status between 200 and 299
        or p_http_status in (408, 425, 429)
        or p_http_status >= 500;
$function$;

comment on function sync.is_passing(integer) is
'Tell whether a failure with this HTTP status may pass by itself, so that the same
request is worth repeating.';

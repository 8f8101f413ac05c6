-- A day that the calendar does not have is no day, and no reason to lose the rest.
create or replace function integration.parse_date(p_text text)
returns date
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_parts constant integer[] := regexp_match(
        p_text, '^\s*([12][0-9]{3})-([0-9]{1,2})-([0-9]{1,2})(?:[T ].*)?\s*$'
    )::integer[];
begin
    return make_date(v_parts[1], v_parts[2], v_parts[3]);
exception
    when datetime_field_overflow then
        return null;
end;
$function$;

comment on function integration.parse_date(text) is
'Return the day that a text such as 2025-11-28 or 2025-11-28T23:59:59Z begins with, null
when it is none. The time and its zone are not looked at: providers mean the day.';

-- Months are English, whatever the server speaks.
create or replace function integration.parse_sold_date(p_text text)
returns date
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_parts constant text[] := regexp_match(
        p_text, '^\s*(?:Sold\s+)?([A-Z][a-z]{2}) ([0-9]{1,2}), ([12][0-9]{3})\s*$'
    );
begin
    return make_date(
        v_parts[3]::integer,
        array_position(
            '{Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec}'::text[], v_parts[1]
        ),
        v_parts[2]::integer
    );
exception
    when datetime_field_overflow then
        return null;
end;
$function$;

comment on function integration.parse_sold_date(text) is
'Return the day of a text such as Aug 12, 2025 or Sold Aug 9, 2025, null when it is
none.';

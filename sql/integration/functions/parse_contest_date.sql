-- 9/1/17: month, day and the year of this century.
create or replace function integration.parse_contest_date(p_text text)
returns date
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_parts constant integer[] := regexp_match(
        p_text, '^\s*([0-9]{1,2})/([0-9]{1,2})/([0-9]{2})\s*$'
    )::integer[];
begin
    return make_date(2000 + v_parts[3], v_parts[1], v_parts[2]);
exception
    when datetime_field_overflow then
        return null;
end;
$function$;

comment on function integration.parse_contest_date(text) is
'Return a day as the StockX data contest of 2019 writes it, null when it is none.';

-- Without its zone a time may be anything; "now" and "infinity" are no times of a sale.
create or replace function integration.parse_time(p_text text)
returns timestamptz
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_pattern constant text :=
        '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}'
        '(\.[0-9]{1,9})?(Z|[+-][0-9]{2}(:?[0-9]{2})?)$';
begin
    return case when p_text ~ v_pattern then p_text::timestamptz end;
exception
    when data_exception then
        return null;
end;
$function$;

comment on function integration.parse_time(text) is
'Return the moment of a text such as 2025-12-09T18:24:08.701Z; null when it is none, or
names no zone.';

-- StockX answers objects with an identifier and a type; ARCHVD keeps either those or
-- the bare numbers.
create or replace function integration.list_gtins(p_codes jsonb)
returns text[]
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select array(
        select
            case jsonb_typeof(code.item)
                when 'object' then code.item ->> 'identifier'
                else code.item #>> '{}'
            end
        from jsonb_array_elements(
            case when jsonb_typeof(p_codes) = 'array' then p_codes else '[]' end
        ) as code (item)
        where jsonb_typeof(code.item) in ('object', 'string')
    );
$function$;

comment on function integration.list_gtins(jsonb) is
'Return the barcodes of a JSON array of strings, or of objects with an identifier.';

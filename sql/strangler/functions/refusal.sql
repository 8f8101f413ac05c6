create or replace function strangler.refusal(p_mapped jsonb)
returns text
language sql immutable
set search_path = pg_catalog, pg_temp
as $function$
    select coalesce(
        p_mapped ->> 'reject_reason',
        case
            when p_mapped ->> 'origin' is null then 'its mapping returns no row'
            else 'it has no time'
        end
    );
$function$;

comment on function strangler.refusal(jsonb) is
'Return why a mapped row is not written. p_mapped: the row, null when there is none.';

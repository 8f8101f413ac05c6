-- Absent privileges and the default ones, written out, are the same to pg_dump.
create or replace function system.describe_privileges(
    p_privileges aclitem[],
    p_usual aclitem[]
)
returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with entries as (
        select
            to_jsonb(
                array(
                    select item::text
                    from unnest(p_privileges) as item
                    order by item::text
                )
            ) as granted,
            to_jsonb(
                array(
                    select item::text
                    from unnest(p_usual) as item
                    order by item::text
                )
            ) as usual
    )
    select nullif(entries.granted, entries.usual)
    from entries;
$function$;

comment on function system.describe_privileges(aclitem[], aclitem[]) is
'Return privileges as a sorted JSON array, null when they are the usual ones. p_usual:
those that an object has by itself, as from acldefault().';

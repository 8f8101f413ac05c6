-- Why it is there.
create or replace function {{ schema }}.{{ name }}(p_id bigint)
returns bigint
language sql immutable
set search_path = pg_catalog, pg_temp
as $function$
    select p_id;
$function$;

comment on function {{ schema }}.{{ name }}(bigint) is
'Return what it returns. p_id: what it is given. Errors: none.';

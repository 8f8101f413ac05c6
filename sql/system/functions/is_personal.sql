create or replace function system.is_personal(p_table regclass)
returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select exists (
        select from system.classified_columns as classified
        where
            classified.relation = p_table
            and classified.class in ('identifier', 'attribute', 'secret', 'kept')
    );
$function$;

comment on function system.is_personal(regclass) is
'Tell whether a table is classified and has columns that say something of a person.';

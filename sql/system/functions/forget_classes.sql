-- Called by "mdt apply" when the file that classified them is gone.
create or replace function system.forget_classes(p_schema text)
returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    delete from system.classified_tables as known
    using pg_catalog.pg_class as class
    where
        known.relation = class.oid
        and class.relnamespace = to_regnamespace(quote_ident(p_schema));
$function$;

comment on function system.forget_classes(text) is
'Forget how the tables of a schema are classified. p_schema: its name here.';

create or replace function system.copy_classes(p_from regclass, p_to regclass)
returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    delete from system.classified_tables as known where known.relation = p_to;
    insert into system.classified_tables (relation, rows_kept, legal_basis)
    select p_to, known.rows_kept, known.legal_basis
    from system.classified_tables as known
    where known.relation = p_from;
    insert into system.classified_columns (relation, column_name, class, replacement)
    select p_to, known.column_name, known.class, known.replacement
    from system.classified_columns as known
    inner join pg_catalog.pg_attribute as attribute
        on
            attribute.attrelid = p_to
            and known.column_name = attribute.attname
            and not attribute.attisdropped
    where known.relation = p_from;
$function$;

comment on function system.copy_classes(regclass, regclass) is
'Classify a table as another is: one that rows were moved to, or a partition that stands
by itself now. An erasure finds its rows by its own foreign keys.';

-- With the foreign keys that lead to a person, so that what is archived is still found.
create or replace function system.archive_table(p_table regclass)
returns regclass
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_archive text;
    v_edge record;
begin
    select format('archive.%I', left(
        format('%s_%s', namespace.nspname, class.relname), 63
    ))
    into strict v_archive
    from pg_catalog.pg_class as class
    inner join pg_catalog.pg_namespace as namespace
        on class.relnamespace = namespace.oid
    where class.oid = p_table;
    if to_regclass(v_archive) is null then
        execute format(
            'create table %s (like %s including comments including indexes)',
            v_archive, p_table
        );
        execute format(
            'comment on table %s is %L', v_archive,
            format('Rows that retention has moved here from %s.', p_table)
        );
        for v_edge in
            select * from system.subject_edges(p_table)
        loop
            execute format(
                'alter table %s add foreign key (%s) references %s (%s)',
                v_archive,
                (select string_agg(quote_ident(name), ', ')
                    from unnest(v_edge.columns) as name),
                v_edge.parent,
                (select string_agg(quote_ident(name), ', ')
                    from unnest(v_edge.parent_columns) as name)
            );
        end loop;
    end if;
    perform system.copy_classes(p_table, v_archive::regclass);
    return v_archive::regclass;
end;
$function$;

comment on function system.archive_table(regclass) is
'Return the table that retention moves rows of a table to; make it, classified as that
one, if it is not there.';

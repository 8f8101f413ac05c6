-- The default and the sequence go over to {{ target }}, as they are by now.
do $carry$
declare
    v_statement text;
begin
    for v_statement in
        with source as (
            select attribute.attrelid, attribute.attnum
            from pg_catalog.pg_attribute as attribute
            where
                attribute.attrelid = '{{ table }}'::regclass
                and attribute.attname = '{{ source_plain }}'
        )
        select format(
            'alter table {{ table }} alter column {{ target }} set default %s',
            pg_get_expr(default_.adbin, default_.adrelid)
        )
        from source
        inner join pg_catalog.pg_attrdef as default_
            on source.attrelid = default_.adrelid and source.attnum = default_.adnum
        union all
        select format(
            'alter sequence %s owned by {{ table }}.{{ target }}', sequence.oid::regclass
        )
        from source
        inner join pg_catalog.pg_depend as dependency
            on
                source.attrelid = dependency.refobjid
                and source.attnum = dependency.refobjsubid
                and dependency.deptype = 'a'
        inner join pg_catalog.pg_class as sequence
            on dependency.objid = sequence.oid and sequence.relkind = 'S'
    loop
        execute v_statement;
    end loop;
end;
$carry$;

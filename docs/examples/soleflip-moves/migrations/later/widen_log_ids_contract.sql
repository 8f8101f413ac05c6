-- Widen log ids: take the old column away.
-- allow: ban-drop-function, it kept the two columns in step
-- allow: drop_column, the column beside it has all its values
-- allow: rename, nobody uses the old name any more
-- allow: several_alter_table, each changes the catalog alone, and reads no row
-- allow: unconventional_name, the file gets its number when it is released
-- noqa: disable=LT05
-- depends: 0011_widen_log_ids_backfill

-- Nobody is to use id as integer any more: what is written from
-- here on reaches one column only.
drop trigger zz_keep_logs_id_new_in_step on legacy_system.logs;
drop function legacy_system.keep_logs_id_new_in_step();
alter table legacy_system.logs drop constraint logs_id_new_not_null;
-- The default and the sequence go over to id_new, as they are by now.
do $carry$
declare
    v_statement text;
begin
    for v_statement in
        with source as (
            select attribute.attrelid, attribute.attnum
            from pg_catalog.pg_attribute as attribute
            where
                attribute.attrelid = 'legacy_system.logs'::regclass
                and attribute.attname = 'id'
        )
        select format(
            'alter table legacy_system.logs alter column id_new set default %s',
            pg_get_expr(default_.adbin, default_.adrelid)
        )
        from source
        inner join pg_catalog.pg_attrdef as default_
            on source.attrelid = default_.adrelid and source.attnum = default_.adnum
        union all
        select format(
            'alter sequence %s owned by legacy_system.logs.id_new', sequence.oid::regclass
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
alter table legacy_system.logs drop column id;
alter table legacy_system.logs rename column id_new to id;
alter index legacy_system.system_logs_id_new_key rename to system_logs_pkey;
alter table legacy_system.logs
add constraint system_logs_pkey primary key using index system_logs_pkey;

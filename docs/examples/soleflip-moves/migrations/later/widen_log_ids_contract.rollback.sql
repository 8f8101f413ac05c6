-- The old column comes back filled; the table is held for as long as that takes.
-- allow: check_without_not_valid, the table is held while the old column comes back
-- allow: create_trigger, for each row its function compares two values
-- allow: drop_not_null_or_default, the table is held while the old column comes back
-- allow: index_without_concurrently, the table is held while the old column comes back
-- allow: primary_key_under_lock, the table is held while the old column comes back
-- allow: set_not_null, the table is held while the old column comes back
-- allow: several_alter_table, each changes the catalog alone, and reads no row
-- allow: unbatched_write, the table is held while the old column comes back
-- allow: work_under_exclusive_lock, the table is held while the old column comes back
alter table legacy_system.logs drop constraint system_logs_pkey;
alter table legacy_system.logs rename column id to id_new;
alter table legacy_system.logs add column id integer;
update legacy_system.logs set id = id_new::integer
where id_new is not null;
-- The default and the sequence go over to id, as they are by now.
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
                and attribute.attname = 'id_new'
        )
        select format(
            'alter table legacy_system.logs alter column id set default %s',
            pg_get_expr(default_.adbin, default_.adrelid)
        )
        from source
        inner join pg_catalog.pg_attrdef as default_
            on source.attrelid = default_.adrelid and source.attnum = default_.adnum
        union all
        select format(
            'alter sequence %s owned by legacy_system.logs.id', sequence.oid::regclass
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
alter table legacy_system.logs alter column id_new drop default;
alter table legacy_system.logs alter column id set not null;
alter table legacy_system.logs add constraint logs_id_new_not_null
check (id_new is not null);
create unique index system_logs_id_new_key on legacy_system.logs using btree (id_new);
alter table legacy_system.logs add constraint system_logs_pkey
primary key (id);
create function legacy_system.keep_logs_id_new_in_step()
returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    -- The backfill fills the new column only, and must not write anything back.
    if coalesce(current_setting('mdt.filling', true), '') = 'fill_logs_id_new' then
        return new;
    end if;
    if tg_op = 'INSERT' then
        if new.id_new is null then
            new.id_new := new.id::bigint;
        else
            new.id := new.id_new::integer;
        end if;
    elsif new.id_new is distinct from old.id_new then
        new.id := new.id_new::integer;
    elsif new.id is distinct from old.id or new.id_new is null then
        new.id_new := new.id::bigint;
    end if;
    return new;
end;
$function$;
comment on function legacy_system.keep_logs_id_new_in_step() is
'Keep id and id_new of legacy_system.logs in step, whichever is written.';
-- By name the last of the triggers: what others change in the row is seen.
create trigger zz_keep_logs_id_new_in_step
before insert or update on legacy_system.logs
for each row execute function legacy_system.keep_logs_id_new_in_step();

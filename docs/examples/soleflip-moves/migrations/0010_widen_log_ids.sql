-- Widen log ids: make system.logs.id bigint.
-- allow: create_trigger, for each row its function compares two values
-- allow: unreadable_statement, it takes over what is there by then
-- depends: 0009_move_sales_refunds

-- Both columns are kept in step, so old and new programs work at the same time.
alter table legacy_system.logs
add column id_new bigint,
add constraint logs_id_new_not_null
check (id_new is not null) not valid;

do $grants$
declare
    v_statement text;
begin
    for v_statement in
        select format(
            'grant %s (id_new) on legacy_system.logs to %s', acl.privilege_type,
            case when acl.grantee = 0 then 'public' else acl.grantee::regrole::text end
        )
        from pg_catalog.pg_attribute as attribute
        cross join aclexplode(attribute.attacl) as acl
        where
            attribute.attrelid = 'legacy_system.logs'::regclass
            and attribute.attname = 'id'
    loop
        execute v_statement;
    end loop;
end;
$grants$;

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

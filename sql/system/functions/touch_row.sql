-- An update that changes nothing but says that it did leaves the row as it was.
create or replace function system.touch_row()
returns trigger
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    new.updated_at := old.updated_at;
    new.updated_by := old.updated_by;
    if new *<> old then
        new.updated_at := now();
        new.updated_by := coalesce(
            nullif(current_setting('mdt.actor', true), ''), session_user
        );
    end if;
    return new;
end;
$function$;

comment on function system.touch_row() is
'Trigger before the update of a row: fill updated_at and updated_by, with the setting
mdt.actor or the role of the session, where the row changes.';

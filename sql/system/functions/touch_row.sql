-- An update that changes nothing but says that it did leaves the row as it was. What is
-- computed of a row is not there yet before the update, so it is not compared. An
-- erasure may take a name out of updated_by, and leaves none of its own.
create or replace function system.touch_row()
returns trigger
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_erasure_id uuid;
begin
    v_erasure_id := nullif(current_setting('mdt.erasure', true), '')::uuid;
    if v_erasure_id is not null then
        if exists (
            select from system.erasures as erasure
            where erasure.id = v_erasure_id and erasure.erased_at = now()
        ) then
            return new;
        end if;
    end if;
    new.updated_at := old.updated_at;
    new.updated_by := old.updated_by;
    if tg_nargs > 0 then
        old := jsonb_populate_record(
            old,
            (
                select jsonb_object_agg(computed.name, null)
                from unnest(tg_argv) as computed (name)
            )
        );
    end if;
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
mdt.actor or the role of the session, where the row changes; but for the erasure, of
system.erasures, that the setting mdt.erasure names and that is under way. Its
arguments are the generated columns of the table.';

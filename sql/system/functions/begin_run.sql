-- What differs already is not the work of the run that begins: it is marked, so that
-- recording the outcome does not make it right.
create or replace function system.begin_run()
returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_drifted bigint := 0;
begin
    update system.installation as installation
    set run_started_at = clock_timestamp()
    where installation.run_started_at is null;
    if not found or not exists (select from system.catalog_objects) then
        return 0;
    end if;
    insert into system.catalog_objects as known (
        kind, identity, found, is_drifted
    )
    select drift.kind, drift.identity, drift.new_facts, true
    from system.find_drift() as drift
    on conflict (kind, identity) do update set
        (found, is_drifted) = (excluded.found, true);
    get diagnostics v_drifted = row_count;
    return v_drifted;
end;
$function$;

comment on function system.begin_run() is
'Note that a run begins to change the catalog, and what is not as the last run left it;
return how many objects that are. After a run that was killed it does nothing: what that
one noted holds.';

create or replace function system.import_erasures(p_entries jsonb)
returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_rows bigint;
begin
    insert into system.erasures (
        id, subject_kind, subject_sha256, mode, origin, erased_at
    )
    select
        entry.id,
        entry.subject_kind,
        entry.subject_sha256,
        entry.mode,
        'imported',
        entry.erased_at
    from jsonb_to_recordset(p_entries) as entry (
        id uuid, subject_kind text, subject_sha256 text, mode text, erased_at timestamptz
    )
    on conflict (id) do nothing;
    get diagnostics v_rows = row_count;
    return v_rows;
end;
$function$;

comment on function system.import_erasures(jsonb) is
'Add to the erasure ledger what the ledger of a newer state of the database has, and
return how many entries were new. p_entries: JSON array of objects with id,
subject_kind, subject_sha256, mode and erased_at. Errors: 23502 and 23514 for what is
no entry.';

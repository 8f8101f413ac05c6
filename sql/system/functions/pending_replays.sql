create or replace function system.pending_replays()
returns table (subject_kind text, key text, mode text)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_root record;
begin
    for v_root in
        select known.subject_kind, known.relation, key.name
        from system.classified_tables as known
        cross join lateral system.subject_key(known.relation) as key
        where
            exists (
                select from system.erasures as erasure
                where erasure.subject_kind = known.subject_kind
            )
        order by known.subject_kind
    loop
        return query execute format(
            'select $1, present.key::text, max(erasure.mode)'
            ' from (select t0.%I from %s as t0%s) as present (key)'
            ' inner join system.erasures as erasure on erasure.subject_kind = $1'
            ' and erasure.subject_sha256 = system.subject_hash($1, present.key::text)'
            ' group by present.key order by 2',
            v_root.name, v_root.relation,
            (
                select string_agg(
                    format(
                        ' union select t0.%I from %s as t0',
                        stores.places -> v_root.name ->> -1, stores.store
                    ), ''
                )
                from system.subject_stores(v_root.relation) as stores
                where stores.is_history and stores.places ? v_root.name
            )
        )
        using v_root.subject_kind;
    end loop;
end;
$function$;

comment on function system.pending_replays() is
'Return the persons of whom the erasure ledger says that they were forgotten, and who
are here, as a tombstone or because a backup brought them back; mode: the strongest
that was used. For each, system.forget_subject() does what is left to do.';

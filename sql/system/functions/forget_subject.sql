-- A dry run does everything and takes it back, so that its counts are those of the real
-- run, and what would fail fails. One at a time: two that met in the log lines of both
-- could wait for each other.
create or replace function system.forget_subject(
    p_kind text,
    p_key text,
    p_mode text default 'anonymize',
    p_dry_run boolean default false,
    p_origin text default 'command'
)
returns table (relation_name text, action text, rows bigint)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set jit = off
as $function$
declare
    v_root constant regclass := system.require_subject_kind(p_kind);
    v_key text;
    v_erasure_id uuid;
    v_values text[];
    v_steps jsonb := '{}'::jsonb;
begin
    perform system.require_all_rows();
    perform pg_advisory_xact_lock('system.erasures'::regclass::oid::integer, 0);
    v_key := system.lock_subject(v_root, p_key);
    begin
        insert into system.erasures (
            subject_kind, subject_sha256, mode, origin, transaction_id
        )
        values (
            p_kind, system.subject_hash(p_kind, v_key), p_mode, p_origin,
            pg_current_xact_id()::text::bigint
        )
        returning id into strict v_erasure_id;
        perform set_config('mdt.erasure', v_erasure_id::text, true);
        select array_agg(known.value) into v_values
        from system.subject_values(p_kind, v_key) as known (value)
        where system.is_distinctive(known.value);
        v_steps := system.erase_own_rows(v_root, v_key, p_mode);
        v_steps := system.add_steps(v_steps, system.erase_mentions(v_values));
        perform set_config('mdt.erasure', '', true);
        perform system.require_forgotten(v_values);
        if p_dry_run or v_steps = '{}' then
            raise sqlstate 'MD500';
        end if;
        insert into system.erasure_steps (erasure_id, relation_name, action, rows)
        select v_erasure_id, done.relation_name, done.action, done.rows
        from system.read_steps(v_steps) as done;
    exception when sqlstate 'MD500' then
        v_erasure_id := null;
    end;
    return query select * from system.read_steps(v_steps);
end;
$function$;

comment on function system.forget_subject(text, text, text, boolean, text) is
'Forget a person: delete or anonymise the rows that belong to them along the foreign
keys, take their identifiers out of everything else, histories of the change trail
among it, see that none is left, and record it in system.erasures. Return the counts;
none, when there was nothing to do and nothing was recorded. p_kind: e.g. user. p_key:
value of the primary key of the person''s row. p_mode: anonymize keeps the rows, erase
deletes those that nobody has to keep. p_dry_run: take it all back. p_origin: as in
system.erasures. Holds locks on the rows until the end of the transaction. Errors:
MD501 for an unknown kind; MD502 for an unknown person; MD503 when something would be
left.';

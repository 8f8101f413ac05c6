-- The key that a row names is the cursor: what is rotated is not found again, so a run
-- that was killed goes on where it stopped, and two at once share the work.
create or replace function system.lock_secrets(
    p_relation regclass, p_key_id text, p_batch_size integer default 200
)
returns table (row_key jsonb, key_id text, secrets jsonb)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_known record;
begin
    select secret.* into strict v_known
    from system.secret_columns() as secret
    where secret.relation = p_relation;
    return query execute format(
        'select %s, present.key_id, %s from %s as present'
        ' where present.key_id <> $1 order by present.key_id, %s limit $2'
        ' for no key update of present',
        (
            select 'jsonb_build_object('
                || string_agg(format('%L, present.%I', name.text, name.text), ', ') || ')'
            from unnest(v_known.key_columns) as name (text)
        ),
        (
            select 'jsonb_strip_nulls(jsonb_build_object('
                || string_agg(format('%L, present.%I', name.text, name.text), ', ') || '))'
            from unnest(v_known.secrets) as name (text)
        ),
        p_relation,
        (
            select string_agg(format('present.%I', name.text), ', ')
            from unnest(v_known.key_columns) as name (text)
        )
    )
    using p_key_id, p_batch_size;
end;
$function$;

comment on function system.lock_secrets(regclass, text, integer) is
'Lock the next rows of a table that are encrypted with another key, and return their
primary key, key, and encrypted values. p_relation: of system.secret_columns().
p_key_id: the key that rows are to have. Errors: P0002 for any other table.';

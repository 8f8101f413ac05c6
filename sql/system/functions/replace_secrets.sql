create or replace function system.replace_secrets(
    p_relation regclass, p_row_key jsonb, p_key_id text, p_secrets jsonb
)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    execute format(
        'update %1$s as present set key_id = $1, %2$s'
        ' from jsonb_populate_record(null::%1$s, $2) as given where %3$s',
        p_relation,
        (
            select string_agg(format('%1$I = given.%1$I', secret.name), ', ')
            from jsonb_object_keys(p_secrets) as secret (name)
        ),
        (
            select string_agg(format('present.%1$I = given.%1$I', part.name), ' and ')
            from jsonb_object_keys(p_row_key) as part (name)
        )
    )
    using p_key_id, p_row_key || p_secrets;
end;
$function$;

comment on function system.replace_secrets(regclass, jsonb, text, jsonb) is
'Give a row its values as encrypted with another key. p_relation, p_row_key, p_secrets:
as system.lock_secrets() returned them, the values anew. p_key_id: the other key.';

create or replace function system.count_secrets()
returns table (relation regclass, key_id text, row_count bigint)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
begin
    for relation in select secret.relation from system.secret_columns() as secret loop
        return query execute format(
            'select $1, present.key_id, count(*) from %s as present'
            ' where present.key_id is not null group by present.key_id', relation
        )
        using relation;
    end loop;
end;
$function$;

comment on function system.count_secrets() is
'Return how many rows of each table are encrypted with which key.';

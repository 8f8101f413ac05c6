create or replace function strangler.key_record(p_move strangler.moves, p_key text)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select strangler.column_list(
        p_move.source_key,
        format(
            '(jsonb_populate_record(null::%s, %s))', p_move.source_table::regclass, p_key
        )
    );
$function$;

comment on function strangler.key_record(strangler.moves, text) is
'Return SQL that lists the key columns of the source of a move, taken from a key in
JSON. p_key: SQL of the key.';

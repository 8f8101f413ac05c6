-- What counts is the row as it stands when the statement is over: a trigger of the
-- application may have changed it once more. "offset 0" keeps it a look-up by key.
create or replace function strangler.present_query(p_move strangler.moves)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select format(
        $template$
            select kept.present as source_row
            from new_rows as given
            cross join lateral (
                select present
                from %1$s as present
                where (%2$s) = (%3$s)
                offset 0
            ) as kept
        $template$,
        p_move.source_table::regclass,
        strangler.column_list(p_move.source_key, 'present'),
        strangler.column_list(p_move.source_key, 'given')
    );
$function$;

comment on function strangler.present_query(strangler.moves) is
'Return SQL that yields the rows that a statement inserted or updated, as they are now.
Part of strangler.capture_statements().';

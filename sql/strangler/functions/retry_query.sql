-- A row that is not there any more leaves quarantine too.
create or replace function strangler.retry_query(p_move strangler.moves)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select format(
        $template$
        with locked as (
            select present as source_row, known.source_key
            from unnest($1) as known (source_key)
            inner join %1$s as present on (%2$s) = (%3$s)
            order by known.source_key
            for share of present
        ),
        released as (
            delete from strangler.quarantine as known
            where
                known.move = %4$L
                and known.source_key = any($1)
                and known.source_key not in (select locked.source_key from locked)
        )
        select
            strangler.write_carefully(
                %4$L, array_agg(locked.source_row), 'keep', 'backfill'
            )
        from locked
        having count(*) > 0
        $template$,
        p_move.source_table::regclass,
        strangler.column_list(p_move.source_key, 'present'),
        strangler.key_record(p_move, 'known.source_key'),
        p_move.name
    );
$function$;

comment on function strangler.retry_query(strangler.moves) is
'Return SQL that writes rows of a move that are in quarantine, and yields how many stay
there. $1: their keys. Part of strangler.retry_quarantine().';

-- Old and new rows are brought together by a window: a join might keep a plan that was
-- made for one row, and be used for a million.
create or replace function strangler.outdated_query(
    p_move strangler.moves,
    p_condition text
)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select format(
        $template$
            select paired.source_row
            from (
                select
                    image.source_row,
                    image.is_old,
                    count(*) filter (where not image.is_old) over (
                        partition by %2$s
                    ) as successors
                from (
                    select row(given.*)::%1$s as source_row, true as is_old
                    from old_rows as given
                    union all
                    select row(given.*)::%1$s as source_row, false as is_old
                    from new_rows as given
                ) as image
            ) as paired
            where paired.is_old and (%3$s)
        $template$,
        p_move.source_table::regclass,
        strangler.column_list(
            p_move.source_key || p_move.source_group, '(image.source_row)'
        ),
        p_condition
    );
$function$;

comment on function strangler.outdated_query(strangler.moves, text) is
'Return SQL that yields old rows of an update. p_condition: which; paired.successors is
how many new rows have the same key and group. Part of strangler.update_statements().';

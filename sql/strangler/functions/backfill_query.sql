-- The rows are locked against any change: what is written is what they say until it is
-- committed, and whoever changes them later is captured later. Comparing with the
-- columns of a record, and not with those of a subquery, lets the index be used.
create or replace function strangler.backfill_query(p_move strangler.moves)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select format(
        $template$
        with batch as (
            select given as source_row, %2$s as source_key
            from %1$s as given
            where
                ($1 is null or (%3$s) > (%4$s))
                and (%3$s) <= (%5$s)
            order by %3$s
            limit $3
            for share of given
        ),
        collected as (
            select
                count(*)::integer as rows_read,
                (array_agg(batch.source_key))[count(*)] as last_key,
                coalesce(array_agg(batch.source_row), '{}') as source_rows
            from batch
        )
        select
            collected.rows_read,
            collected.last_key,
            case
                when collected.rows_read = 0 then 0
                else strangler.write_carefully(
                    %6$L, collected.source_rows, 'keep', 'backfill'
                )
            end as quarantined
        from collected
        $template$,
        p_move.source_table::regclass,
        strangler.key_expression(p_move.source_key, 'given'),
        strangler.column_list(p_move.source_key, 'given'),
        strangler.key_record(p_move, '$1'),
        strangler.key_record(p_move, '$2'),
        p_move.name
    );
$function$;

comment on function strangler.backfill_query(strangler.moves) is
'Return SQL that copies the next rows of the source of a move, and yields rows_read,
last_key and quarantined. $1: key after which they begin, null for the first; $2: last
key; $3: how many rows. Part of strangler.backfill_batch().';

create or replace function strangler.mapping_statement(p_move strangler.moves)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select format(
        $template$
            with mapped as materialized (
                select %1$s as source_key, given as source_row, mapped as target_row
                from unnest(p_rows) as given
                left join lateral %2$s(given) as mapped on true
            ),
            refused as (
                select
                    mapped.source_key,
                    (array_agg(to_jsonb(mapped.source_row)))[1] as source_row,
                    string_agg(
                        distinct strangler.refusal(to_jsonb(mapped.target_row)), '; '
                    ) as reason
                from mapped
                where %3$s
                group by mapped.source_key
            ),
            refused_key as (select refused.source_key from refused),
            released as (
                delete from strangler.quarantine as known
                using mapped
                where
                    known.move = %4$L
                    and known.source_key = mapped.source_key
                    and mapped.source_key not in (table refused_key)
            ),
            kept as (
                insert into strangler.quarantine as known (
                    move, source_key, source_row, reason, found_by
                )
                select %4$L, refused.*, p_found_by
                from refused
                order by refused.source_key
                on conflict (move, source_key) do update set
                    source_row = excluded.source_row,
                    reason = excluded.reason,
                    error_code = null
            )
            select
                array(
                    select mapped.target_row
                    from mapped
                    where mapped.source_key not in (table refused_key)
                ),
                (select count(*) from refused)
            into strict v_accepted, v_refused;
        $template$,
        strangler.key_expression(p_move.source_key, 'given'),
        p_move.map_function,
        strangler.refusal_condition('(mapped.target_row)'),
        p_move.name
    );
$function$;

comment on function strangler.mapping_statement(strangler.moves) is
'Return the statement with which the writer of a move maps rows: what is accepted goes
on, what is refused goes to quarantine. Part of strangler.generate_writer().';

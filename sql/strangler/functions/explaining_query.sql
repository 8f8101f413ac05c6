-- A row is in quarantine when its mapping refuses it; to be there for nothing is as
-- wrong as to be missing. A row whose mapping or writing failed is not mapped again,
-- since that might fail again; what the target has of it is extra.
create or replace function strangler.explaining_query(p_move strangler.moves)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select format(
        $template$,
        known as (
            select
                held.source_key,
                held.reason,
                held.error_code is not null
                and exists (
                    select from %2$s as present where (%3$s) = (%4$s)
                ) as is_broken
            from strangler.quarantine as held
            where held.move = %1$L
        ),
        explained as (
            select
                coalesce(source_row.source_key, known.source_key) as source_key,
                case
                    when source_row.source_key is null and known.is_broken
                        then 'quarantined'
                    when source_row.source_key is null then 'extra'
                    when known.source_key is null and source_row.verdict = 'quarantined'
                        then 'missing'
                    when known.source_key is null or source_row.verdict = 'quarantined'
                        then source_row.verdict
                    else 'different'
                end as verdict,
                case
                    when source_row.source_key is null
                        then '{"found": "in quarantine, but not in the source"}'
                    when known.source_key is not null
                        then jsonb_build_object(
                            'found', 'in quarantine: ' || known.reason
                        )
                    when source_row.verdict = 'quarantined'
                        then '{"found": "not in quarantine"}'
                    else source_row.detail
                end as detail
            from source_row
            full outer join known on source_row.source_key = known.source_key
            union all
            select extra.row_key, 'extra', extra.detail
            from extra
        )
        $template$,
        p_move.name,
        p_move.source_table::regclass,
        strangler.column_list(p_move.source_key, 'present'),
        strangler.key_record(p_move, 'held.source_key')
    );
$function$;

comment on function strangler.explaining_query(strangler.moves) is
'Return the part of a comparison that brings each source row together with quarantine.
Part of strangler.comparison_query().';

create or replace function strangler.comparison_query(p_move strangler.moves)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select strangler.judging_query(p_move)
        || strangler.summing_query(p_move)
        || strangler.explaining_query(p_move)
        || format(
            $template$,
            counted as (
                select
                    count(*) filter (where verdict = 'moved') as moved,
                    count(*) filter (where verdict = 'merged') as merged,
                    count(*) filter (where verdict = 'quarantined') as quarantined,
                    count(*) filter (where verdict = 'missing') as missing,
                    count(*) filter (where verdict = 'different') as different,
                    count(*) filter (where verdict = 'extra') as extra
                from explained
            ),
            sample as (
                select numbered.kind, numbered.key, numbered.detail
                from (
                    select
                        explained.verdict as kind,
                        explained.source_key as key,
                        explained.detail,
                        row_number() over (partition by explained.verdict) as place
                    from explained
                    where explained.verdict in ('missing', 'different', 'extra')
                ) as numbered
                where numbered.place <= 33
            )
            select jsonb_build_object(
                'counts', to_jsonb(counted)
                || jsonb_build_object('source_rows', (select count(*) from %s)),
                'samples', (
                    select coalesce(jsonb_agg(to_jsonb(sample)), '[]') from sample
                )
            )
            from counted
            $template$,
            p_move.source_table::regclass
        );
$function$;

comment on function strangler.comparison_query(strangler.moves) is
'Return SQL that compares source and target of a move in one snapshot and yields one
JSON object: counts, and samples of what is missing, different or extra. Part of
strangler.compare().';

create or replace function system.sum_counts(p_counts jsonb[])
returns text
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    with totals as (
        select
            entry.key as name,
            sum(entry.value::bigint) as total
        from unnest(p_counts) as counts (object)
        cross join lateral jsonb_each_text(counts.object) as entry
        group by entry.key
    )

    select
        string_agg(
            format('%s: %s', replace(totals.name, '_', ' '), totals.total), ', '
            order by totals.name
        )
    from totals
    where totals.total > 0;
$function$;

comment on function system.sum_counts(jsonb[]) is
'Say the sums of counts in words, e.g. "partitions made: 2, rows moved: 7"; null when
all are zero. p_counts: JSON objects of whole numbers by name.';

-- From the newest partition that has begun, so that a server that was off finds its way
-- back without a gap, while what is far older, or far ahead, asks for nothing between.
create or replace function system.lacking_periods(
    p_table regclass,
    p_at timestamptz default now()
)
returns setof timestamptz
language sql stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $function$
    with present as materialized (
        select
            partition.starts_at,
            partition.ends_at
        from system.partitions as partition
        where partition.parent = p_table and partition.ends_at is not null
    ),

    wanted as (
        select
            kept.period,
            kept.retention,
            generate_series(
                system.period_start(
                    kept.period,
                    coalesce(
                        (select max(starts_at) from present where starts_at <= p_at),
                        p_at
                    )
                ),
                system.period_start(kept.period, p_at)
                + kept.premake * system.period_length(kept.period),
                system.period_length(kept.period)
            ) as starts_at
        from system.partitioned_tables as kept
        where kept.parent = p_table
    )

    select wanted.starts_at
    from wanted
    where
        not exists (
            select from present
            where
                present.starts_at <= wanted.starts_at
                and present.ends_at > wanted.starts_at
        )
        and (
            wanted.retention is null
            or wanted.starts_at + system.period_length(wanted.period)
            > p_at - wanted.retention
        )
    order by wanted.starts_at;
$function$;

comment on function system.lacking_periods(regclass, timestamptz) is
'Return when the periods begin that should have a partition by now, and have none: from
the newest one that has begun up to those that are made ahead, without what has
expired meanwhile.
p_table: of system.partitioned_tables. p_at: the moment that counts.';

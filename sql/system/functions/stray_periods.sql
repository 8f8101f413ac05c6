-- What lies beyond the partitions made ahead stays where it is: a row of the year 2999
-- is a mistake, not a reason for a partition. What has expired is deleted there.
create or replace function system.stray_periods(
    p_table regclass,
    p_at timestamptz default now()
)
returns setof timestamptz
language plpgsql stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $function$
declare
    v_kept system.partitioned_tables;
    v_default regclass;
    v_time text;
begin
    select kept.* into strict v_kept
    from system.partitioned_tables as kept
    where kept.parent = p_table;
    select partition.partition into v_default
    from system.partitions as partition
    where partition.parent = p_table and partition.is_default;
    if v_default is null or pg_relation_size(v_default) = 0 then
        return;
    end if;
    v_time := case v_kept.epoch
        when 'none' then format('stray.%I::timestamptz', v_kept.key_column)
        else format('to_timestamp(stray.%I / 1000000000)', v_kept.key_column)
    end;
    return query execute format(
        'select distinct system.period_start($1, %s)
        from %s as stray
        where stray.%I >= %s and stray.%I < %s',
        v_time, v_default,
        v_kept.key_column,
        system.partition_key(
            v_kept.epoch,
            coalesce(
                system.period_start(v_kept.period, p_at - v_kept.retention),
                timestamptz '0001-01-01 00:00:00Z'
            )
        ),
        v_kept.key_column,
        system.partition_key(
            v_kept.epoch,
            system.period_start(v_kept.period, p_at)
            + (v_kept.premake + 1) * system.period_length(v_kept.period)
        )
    )
    using v_kept.period;
end;
$function$;

comment on function system.stray_periods(regclass, timestamptz) is
'Return when the periods begin that rows in the default partition belong to, as far as
such a partition may be made. p_table: of system.partitioned_tables. p_at: the
moment that counts. Errors: P0002 for another table.';

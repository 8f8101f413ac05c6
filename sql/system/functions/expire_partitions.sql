-- What has expired in the default partition goes row by row; a partition for it would
-- be made to be dropped.
create or replace function system.expire_partitions(
    p_table regclass,
    p_at timestamptz default now(),
    out partitions_dropped integer,
    out rows_deleted bigint
)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $function$
declare
    v_kept system.partitioned_tables;
    v_partition record;
begin
    partitions_dropped := 0;
    rows_deleted := 0;
    select kept.* into strict v_kept
    from system.partitioned_tables as kept
    where kept.parent = p_table;
    for v_partition in
        select
            partition.*,
            pg_total_relation_size(partition.partition) as bytes
        from system.partitions as partition
        where
            partition.parent = p_table
            and partition.ends_at <= p_at - v_kept.retention
        order by partition.starts_at
    loop
        execute format('drop table %s', v_partition.partition);
        partitions_dropped := partitions_dropped + 1;
        insert into system.logs (level, component, message, details)
        values (
            'info', 'partitions', format('dropped %s', v_partition.partition),
            jsonb_build_object(
                'starts_at', v_partition.starts_at, 'ends_at', v_partition.ends_at,
                'bytes', v_partition.bytes
            )
        );
    end loop;
    select partition.* into v_partition
    from system.partitions as partition
    where partition.parent = p_table and partition.is_default;
    if
        v_kept.retention is not null
        and v_partition.partition is not null
        and pg_relation_size(v_partition.partition) > 0
    then
        execute format(
            'delete from %s where %I < %s', v_partition.partition, v_kept.key_column,
            system.partition_key(
                v_kept.epoch,
                system.period_start(v_kept.period, p_at - v_kept.retention)
            )
        );
        get diagnostics rows_deleted = row_count;
    end if;
end;
$function$;

comment on function system.expire_partitions(regclass, timestamptz) is
'Drop the partitions of a table that are older than its retention, and delete such rows
in its default partition. Return partitions_dropped and rows_deleted, the rows that were
in the default partition. p_table: of system.partitioned_tables. p_at: the moment that
counts.';

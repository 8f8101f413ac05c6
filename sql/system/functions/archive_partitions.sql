-- A partition that changes its schema stays a partition: reads, writes, foreign keys
-- and the retention go on, and nothing but this one partition is locked. One at a time,
-- since a lock is held until the caller's transaction ends.
create or replace function system.archive_partitions(
    p_table regclass,
    p_at timestamptz default now(),
    p_max_partitions integer default 1
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $function$
declare
    v_partition regclass;
    v_archived integer := 0;
begin
    for v_partition in
        select partition.partition
        from system.partitioned_tables as kept
        inner join system.partitions as partition on kept.parent = partition.parent
        where
            kept.parent = p_table
            and not partition.is_archived
            and partition.ends_at <= p_at - kept.archive_after
        order by partition.starts_at
        limit p_max_partitions
    loop
        execute format(
            'alter table %s set schema %s', v_partition, 'archive'::regnamespace
        );
        v_archived := v_archived + 1;
        insert into system.logs (level, component, message)
        values ('info', 'partitions', format('archived as %s', v_partition));
    end loop;
    return v_archived;
end;
$function$;

comment on function system.archive_partitions(regclass, timestamptz, integer) is
'Move the partitions of a table that have been cold for long enough to the schema
archive, the oldest first; they stay partitions of it. Return how many. p_table: of
system.partitioned_tables. p_at: the moment that counts. p_max_partitions: at most so
many. Errors: 42P07 when archive has a table of the name.';

-- The newest first: writers of today come before the past. After p_max_rows the rest
-- waits for the next call, so that locks are not held for long.
create or replace function system.fill_partitions(
    p_table regclass,
    p_at timestamptz default now(),
    p_max_rows bigint default 100000,
    p_search_path text default current_setting('search_path'),
    out partitions_made integer,
    out rows_moved bigint
)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_starts_at timestamptz;
begin
    partitions_made := 0;
    rows_moved := 0;
    -- Another call looks into the default partition, too, before it locks anything.
    perform pg_advisory_xact_lock(
        'system.partitioned_tables'::regclass::oid::integer, p_table::oid::integer
    );
    for v_starts_at in
        select lacking.starts_at
        from system.lacking_periods(p_table, p_at) as lacking (starts_at)
        union
        select stray.starts_at
        from system.stray_periods(p_table, p_at) as stray (starts_at)
        order by starts_at desc
    loop
        exit when rows_moved >= p_max_rows;
        rows_moved := rows_moved
        + system.make_partition(p_table, v_starts_at, p_search_path);
        partitions_made := partitions_made + 1;
    end loop;
end;
$function$;

comment on function system.fill_partitions(regclass, timestamptz, bigint, text) is
'Make the partitions that a table lacks, and those that rows in its default partition
belong to, and move these rows. Return partitions_made and rows_moved. p_table: of
system.partitioned_tables. p_at: the moment that counts. p_max_rows: no further period
is begun once so many rows have moved. p_search_path: that of the caller. Errors: as
system.make_partition().';

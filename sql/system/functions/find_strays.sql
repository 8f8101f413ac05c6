create or replace function system.find_strays(
    p_table regclass,
    p_starts_at timestamptz,
    out default_partition regclass,
    out condition text,
    out is_found boolean
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $function$
declare
    v_kept system.partitioned_tables;
begin
    select kept.* into strict v_kept
    from system.partitioned_tables as kept
    where kept.parent = p_table;
    select partition.partition into default_partition
    from system.partitions as partition
    where partition.parent = p_table and partition.is_default;
    condition := format(
        'stray.%1$I >= %2$s and stray.%1$I < %3$s', v_kept.key_column,
        system.partition_key(v_kept.epoch, p_starts_at),
        system.partition_key(
            v_kept.epoch, p_starts_at + system.period_length(v_kept.period)
        )
    );
    is_found := false;
    if default_partition is not null then
        execute format(
            'select exists (select from %s as stray where %s)',
            default_partition, condition
        )
        into is_found;
    end if;
end;
$function$;

comment on function system.find_strays(regclass, timestamptz) is
'Return the default partition of a table, the condition, on "stray", for the rows of a
period there, and whether there are any. p_table: of system.partitioned_tables.
p_starts_at: begin of the period. Part of system.make_partition().';

-- pg_partman 4 analyzes the whole table after each partition that it makes, unless told
-- otherwise; 5 has no such argument. Both set the search_path of the session, and put
-- back what they found, which is ours.
create or replace function system.create_partition(
    p_table regclass,
    p_starts_at timestamptz,
    p_search_path text
)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $function$
declare
    v_partman record;
begin
    select found.* into strict v_partman from system.find_partman() as found;
    execute format(
        'select %I.create_partition_time(
            p_parent_table => $1, p_partition_times => array[$2]%s
        )',
        v_partman.schema_name,
        case when v_partman.major_version < 5 then ', p_analyze => false' end
    )
    using system.name_for_partman(p_table), p_starts_at;
    perform set_config('search_path', p_search_path, false);
    if not exists (
        select from system.partitions as partition
        where partition.parent = p_table and partition.starts_at = p_starts_at
    ) then
        raise exception 'pg_partman made no partition of % for %', p_table, p_starts_at
            using errcode = '42P07',
            detail = 'A table that is none of its partitions may have the name.';
    end if;
end;
$function$;

comment on function system.create_partition(regclass, timestamptz, text) is
'Let pg_partman make the partition of one period. Part of system.make_partition().
Errors: 42P07 when a table that is no partition has its name; P0002 without pg_partman.';

-- pg_partman 4 and 5 differ in the arguments of create_parent and in the words for
-- an interval; callers shall not have to know. The extension may live in any schema.
-- Periods are those of UTC, whatever the session's time zone: bounds of two sessions
-- have to fit together. create_parent() sets the search_path of the session, and puts
-- back what it found, which is ours: so the caller's comes along as an argument, and is
-- put back here.
create or replace function system.partition_by_time(
    p_table regclass,
    p_column text,
    p_period text,
    p_premake integer default 4,
    p_start date default null,
    p_retention interval default null,
    p_epoch text default 'none',
    p_archive_after interval default null,
    p_search_path text default current_setting('search_path')
)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $function$
declare
    v_partman record;
    v_is_known boolean;
begin
    if p_period not in ('daily', 'monthly', 'yearly') or p_period is null then
        raise exception 'period "%" is not daily, monthly or yearly', p_period
            using errcode = '22023';
    end if;
    select found.* into strict v_partman from system.find_partman() as found;
    execute format(
        'select exists (select from %I.part_config where parent_table = $1)',
        v_partman.schema_name
    )
    into v_is_known
    using system.name_for_partman(p_table);
    if not v_is_known then
        execute format(
            'select %I.create_parent(p_parent_table => $1, p_control => $2,'
            ' p_interval => $3, p_epoch => $4, p_premake => $5,'
            ' p_start_partition => $6%s)',
            v_partman.schema_name,
            case when v_partman.major_version < 5 then ', p_type => ''native''' end
        )
        using
            system.name_for_partman(p_table), p_column,
            case
                when v_partman.major_version < 5 then p_period
                else system.period_length(p_period)::text
            end,
            p_epoch, p_premake, p_start::text;
        perform set_config('search_path', p_search_path, false);
    end if;
    execute format(
        'update %I.part_config set premake = $2, retention = $3,'
        ' retention_keep_table = false, infinite_time_partitions = true'
        ' where parent_table = $1',
        v_partman.schema_name
    )
    using system.name_for_partman(p_table), p_premake, p_retention::text;
    insert into system.partitioned_tables as kept (
        parent, key_column, epoch, period, premake, retention, archive_after
    )
    values (
        p_table, p_column, p_epoch, p_period, p_premake, p_retention, p_archive_after
    )
    on conflict (parent) do update set
        premake = excluded.premake,
        retention = excluded.retention,
        archive_after = excluded.archive_after;
end;
$function$;

comment on function system.partition_by_time(
    regclass, text, text, integer, date, interval, text, interval, text
) is
'Let pg_partman keep the partitions of a table, or change how it does; safe to repeat.
p_table: partitioned by range, still without partitions at the first call. p_column: its
partition key. p_period: daily, monthly or yearly, in UTC. p_premake: partitions made
ahead. p_start: day that the oldest partition holds, default p_premake periods ago.
p_retention: age at which a partition is dropped, default never. p_epoch: none for a
timestamptz, nanoseconds for a bigint since 1970. p_archive_after: age at which a
partition moves to the schema archive, where it is read through its table as before,
default never. Both ages count from the end of its period. p_search_path: that of the
caller.
Errors: 22023 for an unknown period; 23514 for ages that cannot be; P0002 without
pg_partman.';

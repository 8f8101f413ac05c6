-- pg_partman 4 and 5 differ in the arguments of create_parent and in the words for
-- an interval; callers shall not have to know. The extension may live in any schema.
-- create_parent() sets the search_path of the session, and puts back what it found,
-- which is ours: so the caller's comes along as an argument, and is put back here.
create or replace function system.partition_by_time(
    p_table regclass,
    p_column text,
    p_period text,
    p_premake integer default 4,
    p_start date default null,
    p_retention interval default null,
    p_epoch text default 'none',
    p_search_path text default current_setting('search_path')
)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_partman text;
    v_version integer;
    v_table text;
    v_is_known boolean;
    v_interval constant text := case p_period
        when 'daily' then '1 day'
        when 'monthly' then '1 month'
        when 'yearly' then '1 year'
    end;
begin
    if v_interval is null then
        raise exception 'period "%" is not daily, monthly or yearly', p_period
            using errcode = '22023';
    end if;
    select namespace.nspname::text, split_part(extension.extversion, '.', 1)::integer
    into strict v_partman, v_version
    from pg_catalog.pg_extension as extension
    inner join pg_catalog.pg_namespace as namespace
        on extension.extnamespace = namespace.oid
    where extension.extname = 'pg_partman';
    select format('%s.%s', namespace.nspname, class.relname)
    into strict v_table
    from pg_catalog.pg_class as class
    inner join pg_catalog.pg_namespace as namespace
        on class.relnamespace = namespace.oid
    where class.oid = p_table;

    execute format(
        'select exists (select from %I.part_config where parent_table = $1)', v_partman
    )
    into v_is_known
    using v_table;
    if not v_is_known and v_version >= 5 then
        execute format(
            'select %I.create_parent(p_parent_table => $1, p_control => $2,'
            ' p_interval => $3, p_epoch => $4, p_premake => $5,'
            ' p_start_partition => $6)',
            v_partman
        )
        using v_table, p_column, v_interval, p_epoch, p_premake, p_start::text;
    elsif not v_is_known then
        execute format(
            'select %I.create_parent(p_parent_table => $1, p_control => $2,'
            ' p_type => ''native'', p_interval => $3, p_epoch => $4, p_premake => $5,'
            ' p_start_partition => $6)',
            v_partman
        )
        using v_table, p_column, p_period, p_epoch, p_premake, p_start::text;
    end if;
    if not v_is_known then
        perform set_config('search_path', p_search_path, false);
    end if;
    execute format(
        'update %I.part_config set premake = $2, retention = $3,'
        ' retention_keep_table = false, infinite_time_partitions = true'
        ' where parent_table = $1',
        v_partman
    )
    using v_table, p_premake, p_retention::text;
end;
$function$;

comment on function system.partition_by_time(
    regclass, text, text, integer, date, interval, text, text
) is
'Let pg_partman keep the partitions of a table, or change how it does; safe to repeat.
p_table: partitioned by range, still without partitions at the first call. p_column: its
partition key. p_period: daily, monthly or yearly. p_premake: partitions made ahead.
p_start: day that the oldest partition holds, default p_premake periods ago.
p_retention: age at which a partition is dropped, default never. p_epoch: none for a
timestamptz, nanoseconds for a bigint since 1970. p_search_path: that of the caller.
Errors: 22023 for an unknown period; P0002 without pg_partman.';

-- Create the list of the tables whose partitions are kept, readable by every role that
-- may read the toolkit's tables: pg_partman's own settings often are not.
-- depends: 0018_create_privacy_tables
-- allow: ban-drop-function, sql/ brings their successors in the same run
-- allow: untracked_dependency, and what calls them by name finds those
create table system.partitioned_tables (
    parent regclass not null,
    key_column text not null,
    epoch text not null default 'none',
    period text not null,
    premake integer not null,
    retention interval,
    archive_after interval,
    constraint partitioned_tables_pkey primary key (parent),
    constraint partitioned_tables_epoch_is_known
    check (epoch in ('none', 'nanoseconds')),
    constraint partitioned_tables_period_is_known
    check (period in ('daily', 'monthly', 'yearly')),
    constraint partitioned_tables_premake_is_positive check (premake > 0),
    constraint partitioned_tables_retention_is_positive
    check (retention > interval '0'),
    constraint partitioned_tables_archive_after_is_positive
    check (archive_after > interval '0'),
    constraint partitioned_tables_archive_comes_before_the_end
    check (archive_after < retention)
);
comment on table system.partitioned_tables is
'Tables whose partitions system.maintain_partitions() keeps; written by
system.partition_by_time().';
comment on column system.partitioned_tables.parent is 'The partitioned table.';
comment on column system.partitioned_tables.key_column is 'Its partition key.';
comment on column system.partitioned_tables.epoch is
'none: the key is a time; nanoseconds: a number of them since 1970.';
comment on column system.partitioned_tables.period is
'What a partition holds, in UTC: daily, monthly or yearly.';
comment on column system.partitioned_tables.premake is
'How many partitions are to be there after the current one.';
comment on column system.partitioned_tables.retention is
'Age at which a partition is dropped, counted from its end; null: never.';
comment on column system.partitioned_tables.archive_after is
'Age at which a partition moves to the schema archive, counted from its end; null:
never.';

-- What was kept before this list was there, or before it was rolled back.
do $do$
declare
    v_settings text;
begin
    select format('%I.part_config', namespace.nspname) into strict v_settings
    from pg_extension as extension
    inner join pg_namespace as namespace on extension.extnamespace = namespace.oid
    where extension.extname = 'pg_partman';
    execute format(
        'insert into system.partitioned_tables (
            parent, key_column, epoch, period, premake, retention
        )
        select
            class.oid, kept.control, kept.epoch,
            case
                when kept.partition_interval::interval >= interval ''1 year''
                    then ''yearly''
                when kept.partition_interval::interval >= interval ''28 days''
                    then ''monthly''
                else ''daily''
            end,
            kept.premake, kept.retention::interval
        from %s as kept
        inner join pg_namespace as namespace
            on split_part(kept.parent_table, ''.'', 1) = namespace.nspname
        inner join pg_class as class
            on
                namespace.oid = class.relnamespace
                and split_part(kept.parent_table, ''.'', 2) = class.relname
        where
            namespace.oid = any($1)
            and kept.epoch in (''none'', ''nanoseconds'')', v_settings
    )
    using array[
        'integration'::regnamespace, 'sync'::regnamespace, 'equities'::regnamespace,
        'system'::regnamespace, 'transactions'::regnamespace, 'platforms'::regnamespace
    ]::oid[];
end;
$do$;

-- Their successors have other arguments.
drop function if exists system.partition_by_time(
    regclass, text, text, integer, date, interval, text, text
);
drop function if exists system.maintain_partitions(text);

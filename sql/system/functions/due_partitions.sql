create or replace function system.due_partitions(p_policy system.retention_policies)
returns table (partition regclass, ends_at timestamptz)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select bounds.partition, bounds.ends_at
    from (
        select
            leaf.relid as partition,
            substring(
                pg_get_expr(class.relpartbound, class.oid) from ' TO \(''([^'']+)''\)$'
            )::timestamptz as ends_at
        from pg_catalog.pg_partition_tree(p_policy.relation) as leaf
        inner join pg_catalog.pg_class as class on leaf.relid = class.oid
        inner join pg_catalog.pg_partitioned_table as parent
            on leaf.parentrelid = parent.partrelid
        inner join pg_catalog.pg_attribute as key
            on
                parent.partrelid = key.attrelid
                and parent.partattrs[0] = key.attnum
                and key.attname = p_policy.time_column
        where leaf.level = 1 and parent.partnatts = 1
    ) as bounds
    where bounds.ends_at <= now() - p_policy.keep_for
    order by bounds.ends_at;
$function$;

comment on function system.due_partitions(system.retention_policies) is
'Return the partitions of which every row is due under a retention policy, oldest
first. ends_at: upper bound of its rows. Nothing for a table that is not partitioned
by range of the policy''s time_column.';

-- title: Partitioned table without room for the coming period
-- id: STR020
-- area: structure
-- severity: error
-- cost: catalog
-- why: a row outside every partition is refused, or gathers in the default partition
-- why: and makes adding the right one slow
-- fix: create the next partitions, and let pg_partman or a schedule keep doing it
with partitioned as (
    select
        relation.oid,
        partitioning.partdefid as default_partition,
        format('%I.%I', namespace.nspname, relation.relname) as name
    from pg_partitioned_table as partitioning
    inner join pg_class as relation on partitioning.partrelid = relation.oid
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    inner join pg_attribute as attribute
        on
            relation.oid = attribute.attrelid
            and partitioning.partattrs[0] = attribute.attnum
    where
        partitioning.partstrat = 'r'
        and partitioning.partnatts = 1
        and attribute.atttypid in (
            'date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype
        )
        and not relation.relispartition
        and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
        and not exists (
            select from pg_depend as dependency
            where
                dependency.classid = 'pg_class'::regclass
                and dependency.objid = relation.oid
                and dependency.deptype = 'e'
        )
),

bounds as materialized (
    select
        ancestry.inhparent,
        pg_get_expr(partition.relpartbound, partition.oid) as definition
    from partitioned
    inner join pg_inherits as ancestry on partitioned.oid = ancestry.inhparent
    inner join pg_class as partition on ancestry.inhrelid = partition.oid
),

ranges as (
    select
        bounds.inhparent,
        bounds.definition ~ 'TO \((MAXVALUE|''infinity'')\)' as is_endless,
        substring(bounds.definition from 'FROM \(''([^'']+)''\)')::timestamptz
            as starts_at,
        substring(bounds.definition from 'TO \(''([^'']+)''\)')::timestamptz as ends_at
    from bounds
    where bounds.definition <> 'DEFAULT'
),

newest as (
    select
        ranges.inhparent,
        bool_or(ranges.is_endless) as is_endless,
        max(ranges.ends_at) as ends_at,
        (array_agg(ranges.ends_at - ranges.starts_at order by ranges.ends_at desc))[1]
            as width
    from ranges
    group by ranges.inhparent
)

select
    partitioned.name as subject,
    case
        when newest.ends_at is null then 'it has no partition for any period'
        else
            format(
                'the newest partition ends at %s%s', newest.ends_at,
                case
                    when partitioned.default_partition = 0
                        then ' and there is no default partition'
                    else ''
                end
            )
    end as detail,
    case
        when
            partitioned.default_partition = 0
            and coalesce(newest.ends_at <= now(), true)
            then 'error'
        else 'warning'
    end as severity
from partitioned
left join newest on partitioned.oid = newest.inhparent
where
    not coalesce(newest.is_endless, false)
    and coalesce(newest.ends_at < now() + newest.width, true)
union all
select
    format('%I.%I', namespace.nspname, partition.relname) as subject,
    format(
        'the default partition of %s holds rows (%s)', partitioned.name,
        pg_size_pretty(pg_relation_size(partition.oid))
    ) as detail,
    'warning' as severity
from partitioned
inner join pg_class as partition on partitioned.default_partition = partition.oid
inner join pg_namespace as namespace on partition.relnamespace = namespace.oid
where pg_relation_size(partition.oid) > 0
order by subject;

-- The bounds are read from what the catalog says of them, in the key's own terms.
create or replace view system.partitions with (security_invoker = true) as
with leaves as (
    select
        kept.parent,
        kept.epoch,
        leaf.oid::regclass as partition,
        pg_get_expr(leaf.relpartbound, leaf.oid) as bound,
        leaf.oid = partitioned.partdefid as is_default,
        leaf.relnamespace = 'archive'::regnamespace as is_archived
    from system.partitioned_tables as kept
    inner join pg_catalog.pg_partitioned_table as partitioned
        on kept.parent = partitioned.partrelid
    inner join pg_catalog.pg_inherits as inheritance
        on partitioned.partrelid = inheritance.inhparent
    inner join pg_catalog.pg_class as leaf on inheritance.inhrelid = leaf.oid
),

bounds as (
    select
        leaves.parent,
        leaves.epoch,
        leaves.partition,
        leaves.is_default,
        leaves.is_archived,
        substring(leaves.bound from 'FROM \(''([^'']+)''\)') as first_key,
        substring(leaves.bound from 'TO \(''([^'']+)''\)') as next_key
    from leaves
)

select
    bounds.parent,
    bounds.partition,
    bounds.is_default,
    bounds.is_archived,
    case bounds.epoch
        when 'none' then bounds.first_key::timestamptz
        else to_timestamp(bounds.first_key::numeric / 1e9)
    end as starts_at,
    case bounds.epoch
        when 'none' then bounds.next_key::timestamptz
        else to_timestamp(bounds.next_key::numeric / 1e9)
    end as ends_at
from bounds;

comment on view system.partitions is
'The partitions of the tables in system.partitioned_tables, in UTC periods. starts_at,
ends_at: bounds, the second excluded; null for the default partition, and for one
without a bound. is_archived: it lives in the schema archive, and is read through its
parent like the others.';

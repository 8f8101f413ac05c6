-- title: Table with rows in its default partition
-- id: HLT110
-- severity: warning
-- cost: data
-- why: rows outside every partition are not lost, but neither pruned nor retained
-- fix: move them with pg_partman's partition_data_proc(), and see that maintenance runs

-- Looked into, since neither the size nor the statistics of a partition tell whether it
-- is empty; a thousand rows are enough to know.
with leaves as (
    select
        parent.oid::regclass::text as table_name,
        query_to_xml(
            format(
                'select count(*) as rows from (select from %s limit 1000) as found',
                leaf.oid::regclass
            ),
            false, true, ''
        ) as found
    from pg_class as parent
    inner join pg_partitioned_table as partitioned on parent.oid = partitioned.partrelid
    inner join pg_class as leaf on partitioned.partdefid = leaf.oid
    where
        parent.relnamespace in (
            'integration'::regnamespace, 'sync'::regnamespace,
            'equities'::regnamespace, 'system'::regnamespace
        )
        and pg_relation_size(leaf.oid) > 0
),

counts as (
    select
        leaves.table_name,
        (xpath('//rows/text()', leaves.found))[1]::text::bigint as rows
    from leaves
)

select
    counts.table_name as subject,
    format(
        '%s rows%s', counts.rows, case when counts.rows = 1000 then ' or more' end
    ) as detail
from counts
where counts.rows > 0
order by subject;

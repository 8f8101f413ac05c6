-- title: Table with rows in its default partition
-- id: HLT110
-- severity: warning
-- cost: data
-- why: rows outside every partition are not lost, but neither pruned nor archived
-- fix: run "select system.maintain_partitions()", which moves them, and read what it
-- fix: says; what lies further ahead than partitions are made has a wrong time

-- Looked into, since neither the size nor the statistics of a partition tell whether it
-- is empty; a thousand rows are enough to know.
with leaves as (
    select
        partition.parent::text as table_name,
        query_to_xml(
            format(
                'select count(*) as rows from (select from %s limit 1000) as found',
                partition.partition
            ),
            false, true, ''
        ) as found
    from system.partitions as partition
    where partition.is_default and pg_relation_size(partition.partition) > 0
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

-- title: Table with partitions older than its retention
-- id: HLT131
-- severity: warning
-- why: what was to be gone is still there, whatever the job that removes it reports
-- fix: run "select system.maintain_partitions()", and read what it says

-- A day more, so that the job has had its turn.
select
    kept.parent::text as subject,
    format(
        '%s, to be kept for %s; the oldest ends %s: %s',
        case
            when count(*) = 1 then '1 partition'
            else format('%s partitions', count(*))
        end,
        kept.retention,
        (min(partition.ends_at) at time zone 'UTC')::date,
        pg_size_pretty(sum(pg_total_relation_size(partition.partition)))
    ) as detail
from system.partitioned_tables as kept
inner join system.partitions as partition on kept.parent = partition.parent
where partition.ends_at < now() - kept.retention - interval '1 day'
group by kept.parent, kept.retention
order by subject;

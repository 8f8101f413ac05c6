-- title: Table without the partitions that are made ahead
-- id: HLT130
-- severity: warning
-- why: rows of the coming period gather in the default partition, or are refused
-- fix: run "mdt sync tick" or "select system.maintain_partitions()", and read what it
-- fix: says

-- The last one may be missing until the next run of the job.
with lacking as (
    select
        kept.parent,
        lacking.starts_at
    from system.partitioned_tables as kept
    inner join pg_class as class on kept.parent = class.oid
    cross join lateral system.lacking_periods(kept.parent) as lacking (starts_at)
    where
        lacking.starts_at
        < now() + (kept.premake - 1) * system.period_length(kept.period)
)

select
    lacking.parent::text as subject,
    format(
        '%s missing, the first from %s on', count(*),
        (min(lacking.starts_at) at time zone 'UTC')::date
    ) as detail,
    case
        when min(lacking.starts_at) <= now() then 'error' else 'warning'
    end as severity
from lacking
group by lacking.parent
union all
select
    kept.parent::text as subject,
    'it has no default partition' as detail,
    'warning' as severity
from system.partitioned_tables as kept
inner join pg_partitioned_table as partitioned on kept.parent = partitioned.partrelid
where partitioned.partdefid = 0
order by subject;

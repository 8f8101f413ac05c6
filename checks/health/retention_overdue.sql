-- title: Rows older than their retention policy allows
-- id: HLT141
-- severity: warning
-- cost: data
-- why: what was to be gone is still there, whatever the job that removes it reports
-- fix: run "mdt privacy retention", and see that the job apply_retention runs

-- A day more, so that the job has had its turn.
with overdue as (
    select
        policy.name,
        policy.relation,
        system.due_rows(
            jsonb_populate_record(
                policy,
                jsonb_build_object('keep_for', policy.keep_for + interval '1 day')
            )
        ) as rows
    from system.retention_policies as policy
    where policy.is_enabled
)

select
    overdue.name as subject,
    format('%s rows of %s', overdue.rows, overdue.relation) as detail
from overdue
where overdue.rows > 0
order by subject;

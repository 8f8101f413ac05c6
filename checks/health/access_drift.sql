-- title: Role, right or policy that is not as the toolkit says
-- id: HLT132
-- severity: warning
-- why: somebody may do what they should not, or may not do what they need
-- fix: run "mdt apply"; what it may not do, an administrator runs from
-- fix: "select statement from system.access_drift()"
select
    drift.subject,
    string_agg(drift.detail, '; ' order by drift.detail) as detail
from system.access_drift() as drift
-- Where none of the roles is there, they are not used.
where
    exists (
        select from system.access_roles() as known
        inner join pg_roles as present on known.name = present.rolname
    )
group by drift.subject
order by drift.subject;

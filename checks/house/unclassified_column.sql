-- title: Column of which nobody has said what it tells of a person
-- id: HSE010
-- severity: error
-- why: an erasure does not reach what nobody has classified
-- fix: name the column in sql/SCHEMA/privacy/columns.sql, see docs/privacy.md
select
    gap.subject,
    gap.detail
from system.classification_gaps() as gap
order by gap.subject;

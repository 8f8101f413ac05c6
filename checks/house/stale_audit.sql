-- title: Change trail that does not record all that changes
-- id: HSE009
-- severity: error
-- why: a change that was not recorded can never be told again
-- fix: call system.refresh_audit() on the table; if it was dropped, disable_audit()
select
    stale.name as subject,
    stale.reason as detail
from system.stale_audits() as stale
order by subject;

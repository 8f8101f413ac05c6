-- title: Move whose last comparison was not clean
-- id: HLT105
-- severity: error
-- why: old and new table disagree; reading the new one may show wrong prices
-- fix: see strangler.mismatches, then "mdt move compare <move>"; "mdt move cutover
-- fix: --to 0" sends everybody back to the old table at once
select
    status.name as subject,
    format(
        '%s missing, %s different, %s extra',
        status.missing, status.different, status.extra
    ) as detail
from strangler.move_status as status
where status.is_clean is false
order by subject;

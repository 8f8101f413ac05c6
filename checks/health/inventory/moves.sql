-- title: Moves off the old tables
-- id: HLT006
select
    status.name,
    status.state,
    status.rollout_percent,
    status.source_rows,
    status.moved,
    status.merged,
    status.quarantined,
    status.is_clean
from strangler.move_status as status
order by status.name;

create or replace view strangler.move_status with (security_invoker = true) as
select
    move.name,
    move.source_system,
    move.source_table,
    move.target_table,
    move.state,
    move.rollout_percent,
    backfill.rows_read,
    backfill.estimated_rows,
    backfill.finished_at as backfilled_at,
    comparison.compared_at,
    comparison.source_rows,
    comparison.moved,
    comparison.merged,
    comparison.missing,
    comparison.different,
    comparison.extra,
    comparison.is_clean,
    coalesce(held.quarantined, 0) as quarantined,
    case
        when move.state in ('defined', 'rolled_back')
            then 'mdt move start ' || move.name
        when move.state in ('capturing', 'backfilling')
            then 'mdt move backfill ' || move.name
        when move.state = 'cut_over' then ''
        else 'mdt move cutover ' || move.name
    end as next_command
from strangler.moves as move
left join strangler.backfills as backfill on move.name = backfill.move
left join lateral (
    select count(*) as quarantined
    from strangler.quarantine as quarantine
    where quarantine.move = move.name
) as held on true
left join lateral (
    select latest.*
    from strangler.comparisons as latest
    where latest.move = move.name
    order by latest.id desc
    limit 1
) as comparison on true;

comment on view strangler.move_status is
'How far each move has come, what its last comparison found, and the next command.';

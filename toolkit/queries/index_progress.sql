-- How far the index is that a session builds; of a phase in which the server counts neither
-- blocks nor rows, the phase alone.
select
    format(
        '%%s%%s',
        progress.phase,
        case
            when progress.blocks_total > 0
                then format(', %%s %%%%', 100 * progress.blocks_done / progress.blocks_total)
            when progress.tuples_total > 0
                then format(', %%s %%%%', 100 * progress.tuples_done / progress.tuples_total)
        end
    ) as line
from pg_catalog.pg_stat_progress_create_index as progress
where progress.pid = %(pid)s;

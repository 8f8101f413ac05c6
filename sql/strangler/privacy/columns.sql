-- What each column says of a person; see docs/privacy.md for the classes.

select system.classify_table(
    'strangler.backfills',
    p_free => '{cursor_key, bound_key}',
    p_plain => '{
        move, batch_size, pause_ms, rows_read, rows_quarantined, estimated_rows,
        started_at, finished_at
    }'
);

select system.classify_table(
    'strangler.comparisons',
    p_plain => '{
        id, move, compared_at, source_rows, moved, merged, quarantined, missing,
        different, extra, duration_ms, is_clean
    }'
);

select system.classify_table(
    'strangler.cutovers',
    p_plain => '{
        id, move, from_percent, to_percent, comparison_id, cut_over_at, cut_over_by
    }'
);

select system.classify_table(
    'strangler.mismatches',
    p_free => '{row_key, detail}',
    p_plain => '{comparison_id, number, kind}'
);

select system.classify_table(
    'strangler.move_steps',
    p_free => '{detail}',
    p_plain => '{id, move, step, outcome, happened_at, happened_by}'
);

select system.classify_table(
    'strangler.moves',
    p_plain => '{
        name, source_system, description, source_table, source_key, source_group,
        target_table, target_key, target_values, map_function, write_function,
        withdraw_function, forget_function, state, rollout_percent,
        quarantine_limit_percent, registered_at, updated_at
    }'
);

-- The key tells which legacy row it is, and cannot be half there.
select system.classify_table(
    'strangler.quarantine',
    p_free => '{source_row, reason}',
    p_trace => '{source_key}',
    p_plain => '{move, error_code, found_by, quarantined_at}'
);

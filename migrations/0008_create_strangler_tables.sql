-- Create the state of the moves off the old tables.
-- depends: 0007_create_equities_tables
create table strangler.moves (
    name text not null,
    source_system text not null,
    description text not null,
    source_table text not null,
    source_key text[] not null,
    source_group text[] not null,
    target_table text not null,
    target_key text[] not null,
    target_values text[] not null,
    map_function text not null,
    write_function text not null,
    withdraw_function text not null,
    forget_function text,
    state text not null default 'defined',
    rollout_percent integer not null default 0,
    quarantine_limit_percent numeric(5, 2) not null default 10,
    registered_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint moves_pkey primary key (name),
    constraint moves_name_is_lower_case_words
    check (name ~ '^[a-z][a-z0-9]*(_[a-z0-9]+)*$' and length(name) <= 40),
    constraint moves_state_is_known
    check (
        state in (
            'defined', 'capturing', 'backfilling', 'comparing',
            'rolling_out', 'cut_over', 'rolled_back'
        )
    ),
    constraint moves_rollout_percent_is_a_percentage
    check (rollout_percent between 0 and 100),
    constraint moves_quarantine_limit_percent_is_a_percentage
    check (quarantine_limit_percent between 0 and 100),
    constraint moves_rollout_percent_matches_state
    check (
        (state = 'cut_over') = (rollout_percent = 100)
        and (state = 'rolling_out') = (rollout_percent between 1 and 99)
    )
);
comment on table strangler.moves is
'One legacy table on its way to the new design, and how far it has come.';
comment on column strangler.moves.name is 'Name of the move.';
comment on column strangler.moves.source_system is 'System that the source belongs to.';
comment on column strangler.moves.description is 'What moves where.';
comment on column strangler.moves.source_table is 'Legacy table, schema-qualified.';
comment on column strangler.moves.source_key is 'Its unique key, in index order.';
comment on column strangler.moves.source_group is
'Source columns that decide the target keys; rows that are equal in them share theirs.';
comment on column strangler.moves.target_table is 'New table, schema-qualified.';
comment on column strangler.moves.target_key is
'Columns that the mapped rows and the target share, and that identify a target row.';
comment on column strangler.moves.target_values is 'Shared columns that are compared.';
comment on column strangler.moves.map_function is
'Function (source row) -> setof mapped row; capture, backfill and compare all use it.';
comment on column strangler.moves.write_function is
'Function (mapped rows[], on tie: replace or keep) -> rows changed.';
comment on column strangler.moves.withdraw_function is
'Function (mapped rows[], as of) -> rows changed; for rows that are gone.';
comment on column strangler.moves.forget_function is
'Function (mapped rows[]) -> void; it takes back what is known from them on.';
comment on column strangler.moves.state is
'defined, capturing, backfilling, comparing, rolling_out, cut_over or rolled_back.';
comment on column strangler.moves.rollout_percent is
'Percent of subjects that read the new table.';
comment on column strangler.moves.quarantine_limit_percent is
'Percent of the source rows that may be in quarantine when more subjects are to read the
new table.';
comment on column strangler.moves.registered_at is 'When it was first registered.';
comment on column strangler.moves.updated_at is 'Last change of state or definition.';

create table strangler.move_steps (
    id uuid not null default system.uuid_v7(),
    move text not null,
    step text not null,
    outcome text not null,
    detail text not null,
    happened_at timestamptz not null default clock_timestamp(),
    happened_by text not null default current_user,
    constraint move_steps_pkey primary key (id),
    constraint move_steps_move_fkey
    foreign key (move) references strangler.moves (name) on delete cascade,
    constraint move_steps_outcome_is_known
    check (outcome in ('done', 'refused', 'failed'))
);
create index move_steps_move_idx on strangler.move_steps (move, id);
comment on table strangler.move_steps is 'Every step of every move, refused ones too.';
comment on column strangler.move_steps.id is 'Time-ordered key.';
comment on column strangler.move_steps.move is 'Move.';
comment on column strangler.move_steps.step is 'Step, e.g. start or rollout.';
comment on column strangler.move_steps.outcome is 'done, refused or failed.';
comment on column strangler.move_steps.detail is 'What came of it, or why not.';
comment on column strangler.move_steps.happened_at is 'When.';
comment on column strangler.move_steps.happened_by is 'Role.';

create table strangler.backfills (
    move text not null,
    batch_size integer not null default 1000,
    pause_ms integer not null default 0,
    cursor_key jsonb,
    bound_key jsonb,
    rows_read bigint not null default 0,
    rows_quarantined bigint not null default 0,
    estimated_rows bigint not null default 0,
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    constraint backfills_pkey primary key (move),
    constraint backfills_move_fkey
    foreign key (move) references strangler.moves (name) on delete cascade,
    constraint backfills_batch_size_is_sensible check (batch_size between 1 and 100000),
    constraint backfills_pause_ms_is_not_negative check (pause_ms >= 0)
);
comment on table strangler.backfills is
'How far the copying of old rows has come; the cursor is saved with each batch.';
comment on column strangler.backfills.move is 'Move.';
comment on column strangler.backfills.batch_size is
'Source rows a batch; may be updated while it runs.';
comment on column strangler.backfills.pause_ms is
'Milliseconds between batches; may be updated while it runs.';
comment on column strangler.backfills.cursor_key is
'Key of the last row that was read.';
comment on column strangler.backfills.bound_key is
'Greatest key at the start; later rows come by capture.';
comment on column strangler.backfills.rows_read is 'Source rows read.';
comment on column strangler.backfills.rows_quarantined is
'Of these, put into quarantine.';
comment on column strangler.backfills.estimated_rows is 'Rows at the start, estimated.';
comment on column strangler.backfills.started_at is 'Start.';
comment on column strangler.backfills.finished_at is 'End; null while it runs.';

create table strangler.quarantine (
    move text not null,
    source_key jsonb not null,
    source_row jsonb not null,
    reason text not null,
    error_code text,
    found_by text not null,
    quarantined_at timestamptz not null default clock_timestamp(),
    constraint quarantine_pkey primary key (move, source_key),
    constraint quarantine_move_fkey
    foreign key (move) references strangler.moves (name) on delete cascade,
    constraint quarantine_found_by_is_known check (found_by in ('capture', 'backfill'))
);
comment on table strangler.quarantine is
'Source rows that cannot be mapped, with the reason; a row leaves when it can be.';
comment on column strangler.quarantine.move is 'Move.';
comment on column strangler.quarantine.source_key is 'Its key, a JSON object.';
comment on column strangler.quarantine.source_row is
'The row as it was, a JSON object.';
comment on column strangler.quarantine.reason is 'Why.';
comment on column strangler.quarantine.error_code is
'SQLSTATE, when mapping or writing it failed; null when its mapping refuses it.';
comment on column strangler.quarantine.found_by is 'capture or backfill.';
comment on column strangler.quarantine.quarantined_at is 'When.';

create table strangler.comparisons (
    id uuid not null default system.uuid_v7(),
    move text not null,
    compared_at timestamptz not null default clock_timestamp(),
    source_rows bigint not null,
    moved bigint not null,
    merged bigint not null,
    quarantined bigint not null,
    missing bigint not null,
    different bigint not null,
    extra bigint not null,
    duration_ms bigint not null,
    is_clean boolean not null generated always as (
        missing = 0
        and different = 0
        and extra = 0
        and source_rows = moved + merged + quarantined
    ) stored,
    constraint comparisons_pkey primary key (id),
    constraint comparisons_move_fkey
    foreign key (move) references strangler.moves (name) on delete cascade
);
create index comparisons_move_idx on strangler.comparisons (move, id);
comment on table strangler.comparisons is
'Each comparison of a source with its target; exact, in one snapshot.';
comment on column strangler.comparisons.id is 'Time-ordered key.';
comment on column strangler.comparisons.move is 'Move.';
comment on column strangler.comparisons.compared_at is 'When.';
comment on column strangler.comparisons.source_rows is 'Rows of the source.';
comment on column strangler.comparisons.moved is
'Rows whose every value stands in the target as mapped.';
comment on column strangler.comparisons.merged is
'Rows that say what a target row already says, or said before a newer one.';
comment on column strangler.comparisons.quarantined is 'Rows in quarantine.';
comment on column strangler.comparisons.missing is
'Rows of which something is not in the target.';
comment on column strangler.comparisons.different is
'Rows of which something is otherwise in the target.';
comment on column strangler.comparisons.extra is
'Target rows of this move that no source row maps to.';
comment on column strangler.comparisons.duration_ms is 'Milliseconds it took.';
comment on column strangler.comparisons.is_clean is
'source = moved + merged + quarantined, with nothing unexplained.';

create table strangler.mismatches (
    comparison_id uuid not null,
    number integer not null,
    kind text not null,
    row_key jsonb not null,
    detail jsonb not null,
    constraint mismatches_pkey primary key (comparison_id, number),
    constraint mismatches_comparison_id_fkey
    foreign key (comparison_id) references strangler.comparisons (id) on delete cascade,
    constraint mismatches_kind_is_known check (
        kind in ('missing', 'different', 'extra')
    )
);
comment on table strangler.mismatches is
'Samples of what a comparison found, 100 at most.';
comment on column strangler.mismatches.comparison_id is 'Comparison.';
comment on column strangler.mismatches.number is 'Number within it.';
comment on column strangler.mismatches.kind is 'missing, different or extra.';
comment on column strangler.mismatches.row_key is 'Key of the source or target row.';
comment on column strangler.mismatches.detail is 'Mapped and found values.';

create table strangler.cutovers (
    id uuid not null default system.uuid_v7(),
    move text not null,
    from_percent integer not null,
    to_percent integer not null,
    comparison_id uuid,
    cut_over_at timestamptz not null default clock_timestamp(),
    cut_over_by text not null default current_user,
    constraint cutovers_pkey primary key (id),
    constraint cutovers_move_fkey
    foreign key (move) references strangler.moves (name) on delete cascade,
    constraint cutovers_comparison_id_fkey
    foreign key (comparison_id) references strangler.comparisons (id) on delete set null
);
create index cutovers_move_idx on strangler.cutovers (move, id);
create index cutovers_comparison_id_idx on strangler.cutovers (comparison_id);
comment on table strangler.cutovers is
'Each change of the percentage that reads the new.';
comment on column strangler.cutovers.id is 'Time-ordered key.';
comment on column strangler.cutovers.move is 'Move.';
comment on column strangler.cutovers.from_percent is 'Percentage before.';
comment on column strangler.cutovers.to_percent is 'Percentage after.';
comment on column strangler.cutovers.comparison_id is 'Comparison that allowed it.';
comment on column strangler.cutovers.cut_over_at is 'When.';
comment on column strangler.cutovers.cut_over_by is 'Role.';

-- Create the registry of personal data: where it is, who was erased, how long it stays.
-- depends: 0017_protect_rows
create table system.classified_tables (
    relation regclass not null,
    subject_kind text,
    rows_kept text not null,
    legal_basis text,
    constraint classified_tables_pkey primary key (relation),
    constraint classified_tables_subject_kind_key unique (subject_kind),
    constraint classified_tables_subject_kind_is_a_word
    check (subject_kind ~ '^[a-z][a-z_]*$'),
    constraint classified_tables_rows_kept_is_known
    check (rows_kept in ('never', 'until_erased', 'always')),
    constraint classified_tables_legal_basis_is_not_empty
    check (btrim(legal_basis) <> '')
);
comment on table system.classified_tables is
'Tables whose columns are classified, and what becomes of their rows when the person
they belong to is forgotten. Written by system.classify_table() alone.';
comment on column system.classified_tables.relation is 'Table.';
comment on column system.classified_tables.subject_kind is
'Set where each row is a person itself, e.g. user: what such a person is called.';
comment on column system.classified_tables.rows_kept is
'never: rows go when the person is anonymised or erased; until_erased: only when erased;
always: they stay, without what they say of the person.';
comment on column system.classified_tables.legal_basis is
'Why rows or columns are kept although the person is erased.';

create table system.classified_columns (
    relation regclass not null,
    column_name text not null,
    class text not null,
    replacement text,
    constraint classified_columns_pkey primary key (relation, column_name),
    constraint classified_columns_relation_fkey foreign key (relation)
    references system.classified_tables (relation) on delete cascade,
    constraint classified_columns_class_is_known
    check (
        class in (
            'plain', 'subject', 'mention', 'identifier', 'attribute', 'secret', 'free',
            'trace', 'kept', 'mark'
        )
    ),
    constraint classified_columns_mark_has_a_replacement
    check (class <> 'mark' or replacement is not null)
);
comment on table system.classified_columns is
'What each column says of a person. Written by system.classify_table() alone.';
comment on column system.classified_columns.relation is 'Table.';
comment on column system.classified_columns.column_name is 'Column.';
comment on column system.classified_columns.class is
'plain: nothing of a person; subject: part of the foreign key to the row whose person
this row belongs to; mention: refers to a person that the row does not belong to;
identifier: erased, and looked for everywhere else; attribute: erased; secret: erased and
never exported; free: text or JSON in which the identifiers of a person are replaced;
trace: the same, but the whole row goes; kept: personal, and kept by law; mark: set when
the row is anonymised.';
comment on column system.classified_columns.replacement is
'SQL expression over the row that takes the place of an erased value; null: null, or
something harmless where the column is not null.';

create table system.erasures (
    id uuid not null default system.uuid_v7(),
    subject_kind text not null,
    subject_sha256 text not null,
    mode text not null,
    origin text not null,
    erased_at timestamptz not null default now(),
    erased_by text not null default session_user,
    transaction_id bigint,
    constraint erasures_pkey primary key (id),
    constraint erasures_subject_sha256_is_hexadecimal
    check (subject_sha256 ~ '^[0-9a-f]{64}$'),
    constraint erasures_mode_is_known check (mode in ('anonymize', 'erase')),
    constraint erasures_origin_is_known
    check (origin in ('command', 'request', 'replay', 'imported'))
);
create index erasures_subject_idx on system.erasures (subject_kind, subject_sha256);
create index erasures_transaction_id_idx on system.erasures (transaction_id);
comment on table system.erasures is
'The erasure ledger: who was forgotten, without a personal value, so that it can be done
again after a restore. Append-only.';
comment on column system.erasures.id is 'Time-ordered key.';
comment on column system.erasures.subject_kind is 'What was forgotten, e.g. user.';
comment on column system.erasures.subject_sha256 is
'SHA-256 of kind, colon and key, in hexadecimal.';
comment on column system.erasures.mode is 'anonymize or erase.';
comment on column system.erasures.origin is
'command, request, replay (done again after a restore), or imported (known from the
ledger of another database, not done here yet).';
comment on column system.erasures.erased_at is 'When; start of the transaction.';
comment on column system.erasures.erased_by is 'Role of the session.';
comment on column system.erasures.transaction_id is
'The transaction that did it, the only one that may change histories; null: imported.';

create table system.erasure_steps (
    erasure_id uuid not null,
    relation_name text not null,
    action text not null,
    rows bigint not null,
    constraint erasure_steps_pkey primary key (erasure_id, relation_name, action),
    constraint erasure_steps_erasure_id_fkey
    foreign key (erasure_id) references system.erasures (id),
    constraint erasure_steps_action_is_known
    check (action in ('delete', 'anonymize', 'replace_mentions', 'delete_mentions')),
    constraint erasure_steps_rows_is_positive check (rows > 0)
);
comment on table system.erasure_steps is
'What each erasure did, as counts. Append-only.';
comment on column system.erasure_steps.erasure_id is 'Erasure.';
comment on column system.erasure_steps.relation_name is
'Table, history or archived partition, as it was called then.';
comment on column system.erasure_steps.action is
'delete or anonymize: rows of the person; replace_mentions or delete_mentions: rows of
others in which an identifier of the person stood.';
comment on column system.erasure_steps.rows is 'Rows.';

create table system.retention_policies (
    name text not null,
    relation regclass not null,
    time_column text not null,
    keep_for interval not null,
    action text not null,
    condition text not null default 'true',
    batch_rows integer not null default 5000,
    is_enabled boolean not null default true,
    reason text not null,
    constraint retention_policies_pkey primary key (name),
    constraint retention_policies_name_is_lower_case_words
    check (name ~ '^[a-z][a-z0-9]*(_[a-z0-9]+)*$'),
    constraint retention_policies_keep_for_is_positive
    check (keep_for > interval '0 s'),
    constraint retention_policies_action_is_known
    check (action in ('delete', 'anonymize', 'archive'::text, 'drop_partition')),
    constraint retention_policies_batch_rows_is_sensible
    check (batch_rows between 1 and 1000000),
    constraint retention_policies_reason_is_not_empty check (btrim(reason) <> '')
);
comment on table system.retention_policies is
'How long rows stay, and what becomes of them then; system.apply_retention() does it.
Partitions of the toolkit''s own tables have their retention in pg_partman.';
comment on column system.retention_policies.name is 'Name.';
comment on column system.retention_policies.relation is 'Table.';
comment on column system.retention_policies.time_column is
'Column that says how old a row is: timestamptz or date.';
comment on column system.retention_policies.keep_for is 'Age at which a row is due.';
comment on column system.retention_policies.action is
'delete; anonymize: replace the personal columns; archive: move to the schema of cold
tables; drop_partition: drop partitions all of whose rows are due, delete none.';
comment on column system.retention_policies.condition is
'SQL expression over the row: only rows for which it is true are due.';
comment on column system.retention_policies.batch_rows is 'Rows in one statement.';
comment on column system.retention_policies.is_enabled is 'False: nothing is done.';
comment on column system.retention_policies.reason is 'Why this long, and no longer.';

create table system.retention_runs (
    id uuid not null default system.uuid_v7(),
    policy text not null,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    removed_rows bigint not null default 0,
    removed_partitions integer not null default 0,
    left_rows bigint,
    error text,
    constraint retention_runs_pkey primary key (id),
    constraint retention_runs_policy_fkey foreign key (policy)
    references system.retention_policies (name) on delete cascade on update cascade
);
create index retention_runs_policy_idx on system.retention_runs (policy, id);
comment on table system.retention_runs is
'What each policy has removed; a run that had nothing to do leaves no row.';
comment on column system.retention_runs.id is 'Time-ordered key.';
comment on column system.retention_runs.policy is 'Policy.';
comment on column system.retention_runs.started_at is 'Start.';
comment on column system.retention_runs.finished_at is 'End.';
comment on column system.retention_runs.removed_rows is
'Rows deleted, archived or anonymised, those of dropped partitions among them.';
comment on column system.retention_runs.removed_partitions is 'Partitions dropped.';
comment on column system.retention_runs.left_rows is 'Rows due that are still there.';
comment on column system.retention_runs.error is 'SQLSTATE and message if it failed.';

create function system.refuse_erasure_change()
returns trigger
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    raise exception '% is append-only', tg_relid::regclass
        using errcode = 'MD406',
            detail = 'The ledger proves what was erased, and erases it again.';
end;
$function$;
comment on function system.refuse_erasure_change() is
'Trigger of the erasure ledger: refuses to update, delete or truncate. Errors: MD406.';
create trigger append_only before update or delete or truncate on system.erasures
for each statement execute function system.refuse_erasure_change();
create trigger append_only before update or delete or truncate on system.erasure_steps
for each statement execute function system.refuse_erasure_change();

-- The one way by which a history is changed: in the transaction of a recorded erasure.
create or replace function system.refuse_history_change()
returns trigger
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    if tg_op in ('UPDATE', 'DELETE') and exists (
        select from system.erasures as erasure
        where
            erasure.transaction_id = pg_current_xact_id_if_assigned()::text::bigint
            and erasure.erased_at = now()
    ) then
        return null;
    end if;
    raise exception '% is append-only', tg_relid::regclass
        using errcode = 'MD406',
            detail = 'What was recorded is not changed; it ends with its partition.',
            hint = 'Its retention is set with system.enable_audit().';
end;
$function$;
comment on function system.refuse_history_change() is
'Trigger of every history: refuses to update, delete or truncate, but for an erasure
that the same transaction has recorded as one. Errors: MD406.';

insert into system.retention_policies (
    name, relation, time_column, keep_for, action, condition, reason
) values
(
    'ended_sessions', 'auth.sessions'::regclass, 'expires_at', '30 days', 'delete',
    'true', 'Where somebody signed in from matters while the session is questioned.'
),
(
    'answered_requests', 'auth.deletion_requests'::regclass, 'finished_at', '3 years',
    'delete', 'true', 'Whether a request was met can be questioned for three years.'
),
(
    'purchase_traces', 'core.supplier_purchases'::regclass, 'purchased_at', '180 days',
    'anonymize', 'true', 'What a purchase was made with explains failures for a while.'
),
(
    'buyers', 'transactions.orders'::regclass, 'sold_at', '3 years',
    'anonymize', 'true', 'Claims need who bought; the books need the sale alone.'
),
(
    'rejected_payloads', 'integration.rejected_payloads'::regclass, 'rejected_at',
    '90 days', 'delete', 'true', 'The raw payload is gone by then.'
),
(
    'resolved_alerts', 'system.alerts'::regclass, 'resolved_at', '365 days', 'delete',
    'true', 'A year shows what comes back.'
);

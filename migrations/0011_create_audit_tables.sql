-- Create what the change trail is kept with.
-- depends: 0009_insert_size_conversions
create sequence system.audit_change_id;
comment on sequence system.audit_change_id is
'Order of all audited changes: rows of one key, and of all tables, by what came first.';

create table system.audited_tables (
    name text not null,
    audited regclass,
    history regclass not null,
    is_enabled boolean not null default true,
    recorded_since timestamptz not null default clock_timestamp(),
    constraint audited_tables_pkey primary key (name),
    constraint audited_tables_audited_key unique (audited),
    constraint audited_tables_history_key unique (history),
    constraint audited_tables_name_is_lower_case_words check (name ~ '^[a-z0-9_]+$')
);
comment on table system.audited_tables is
'Tables with a change trail; one that was dropped, or is no longer audited, stays
here.';
comment on column system.audited_tables.name is
'Its schema and name as first seen; what the history and its functions are named
after.';
comment on column system.audited_tables.audited is
'The table; null when a later history took over because the primary key changed.';
comment on column system.audited_tables.history is
'Where its old rows are, in its own types; partitioned by month.';
comment on column system.audited_tables.is_enabled is
'False: changes are not recorded any more, and the history can still be read.';
comment on column system.audited_tables.recorded_since is
'From here on no change is missing.';

create table system.audit_shapes (
    name text not null,
    first_change_id bigint not null,
    starts_at timestamptz not null default clock_timestamp(),
    follows_gap boolean not null,
    columns jsonb not null,
    constraint audit_shapes_pkey primary key (name, first_change_id),
    constraint audit_shapes_name_fkey foreign key (name)
    references system.audited_tables (name) on delete cascade,
    constraint audit_shapes_columns_is_an_array check (jsonb_typeof(columns) = 'array')
);
comment on table system.audit_shapes is
'What columns an audited table had, from which change on.';
comment on column system.audit_shapes.name is 'Audited table.';
comment on column system.audit_shapes.first_change_id is
'Changes from this one on, up to that of the next shape, have these columns.';
comment on column system.audit_shapes.starts_at is 'When it was taken down.';
comment on column system.audit_shapes.follows_gap is
'True: before it, changes may have gone unrecorded.';
comment on column system.audit_shapes.columns is
'JSON array of columns: number, name and type in the table, key (place in the primary
key), computed, identity, and column (where its old values are in the history).';

create table system.audit_moved_keys (
    id bigint generated always as identity,
    name text not null,
    transaction_id bigint not null,
    new_row jsonb not null,
    constraint audit_moved_keys_pkey primary key (id)
);
comment on table system.audit_moved_keys is
'Rows whose primary key a statement changes, until its end; empty between statements.';
comment on column system.audit_moved_keys.id is 'Key.';
comment on column system.audit_moved_keys.name is 'Audited table.';
comment on column system.audit_moved_keys.transaction_id is 'Transaction at work.';
comment on column system.audit_moved_keys.new_row is 'The row under its new key.';

-- Triggers of tables that are generated use it, so it lives as long as they do.
create function system.refuse_history_change()
returns trigger
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    raise exception '% is append-only', tg_relid::regclass
        using errcode = 'MD406',
            detail = 'What was recorded is not changed; it ends with its partition.',
            hint = 'Its retention is set with system.enable_audit().';
end;
$function$;
comment on function system.refuse_history_change() is
'Trigger of every history: refuses to update, delete or truncate. Errors: MD406.';

-- Create the ledgers, feature flags and logs, and the generator of time-ordered keys.
-- depends: 0001_create_schemas

-- Column defaults call it, so it belongs to the tables and is not a repeatable object.
create function system.uuid_v7()
returns uuid
language sql volatile parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select encode(
        set_bit(
            set_bit(
                overlay(
                    uuid_send(gen_random_uuid())
                    placing substring(
                        int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint)
                        from 3
                    )
                    from 1 for 6
                ),
                52, 1
            ),
            53, 1
        ),
        'hex'
    )::uuid;
$function$;
comment on function system.uuid_v7() is
'Return a time-ordered uuid (RFC 9562 version 7), so that inserts stay in one index
page.';

create table system.installation (
    id boolean not null default true,
    schema_map jsonb not null default '{}',
    promotion jsonb,
    toolkit_version text not null,
    installed_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    run_started_at timestamptz,
    constraint installation_pkey primary key (id),
    constraint installation_is_a_single_row check (id),
    constraint installation_schema_map_is_an_object
    check (jsonb_typeof(schema_map) = 'object')
);
comment on table system.installation is
'market-data toolkit: the one row that says under which names this installation lives.';
comment on column system.installation.id is 'Always true: there is one row.';
comment on column system.installation.schema_map is
'JSON object from the names in the SQL files to the names in this database.';
comment on column system.installation.promotion is
'Which schemas the last promotion renamed, ours and those aside; null: none did.';
comment on column system.installation.toolkit_version is 'Version of the last apply.';
comment on column system.installation.installed_at is 'First apply.';
comment on column system.installation.updated_at is 'Last apply or promote.';
comment on column system.installation.run_started_at is
'When the run began that is at work, or was killed; null when every run has ended.';

create table system.applied_migrations (
    migration_id text not null,
    position_in_order integer not null,
    content text not null,
    content_sha256 text not null,
    rendered_sha256 text not null,
    variables jsonb not null default '{}',
    previous_sha256 text not null,
    chain_sha256 text not null,
    applied_at timestamptz not null default now(),
    applied_by text not null default current_user,
    duration_ms bigint not null,
    toolkit_version text not null,
    layer text not null generated always as (
        case
            when strpos(migration_id, '/') > 0 then split_part(migration_id, '/', 1)
            else 'toolkit'
        end
    ) stored,
    adopted_from text,
    constraint applied_migrations_pkey primary key (migration_id),
    constraint applied_migrations_position_in_order_key unique (position_in_order)
    deferrable,
    constraint applied_migrations_content_sha256_is_hexadecimal
    check (content_sha256 ~ '^[0-9a-f]{64}$'),
    constraint applied_migrations_rendered_sha256_is_hexadecimal
    check (rendered_sha256 ~ '^[0-9a-f]{64}$'),
    constraint applied_migrations_variables_is_an_object
    check (jsonb_typeof(variables) = 'object')
);
comment on table system.applied_migrations is
'What each applied migration file said, so that a later edit of it is noticed.';
comment on column system.applied_migrations.migration_id is
'File name without .sql; in a project its name and a slash stand before that.';
comment on column system.applied_migrations.position_in_order is
'Place in the order of application, from 1.';
comment on column system.applied_migrations.content is
'Text of the file, so that an edit can be shown as a diff.';
comment on column system.applied_migrations.content_sha256 is 'SHA-256 of the file.';
comment on column system.applied_migrations.rendered_sha256 is
'SHA-256 of the SQL that was executed, after templating and schema mapping.';
comment on column system.applied_migrations.variables is
'JSON object of the variables that its template uses, as it was rendered.';
comment on column system.applied_migrations.previous_sha256 is
'chain_sha256 of the migration before it; 64 zeros for the first.';
comment on column system.applied_migrations.chain_sha256 is
'SHA-256 over previous_sha256, migration_id and content_sha256.';
comment on column system.applied_migrations.applied_at is 'When it was applied.';
comment on column system.applied_migrations.applied_by is 'Role that applied it.';
comment on column system.applied_migrations.duration_ms is 'Milliseconds it took.';
comment on column system.applied_migrations.toolkit_version is
'Version of the toolkit that applied it.';
comment on column system.applied_migrations.layer is
'Whose file it is: toolkit, or the name of the project.';
comment on column system.applied_migrations.adopted_from is
'Table of another tool that says it was applied, where we have not applied it.';

create table system.migration_progress (
    migration_id text not null,
    direction text not null,
    statement_number integer not null,
    statement_sha256 text not null,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    constraint migration_progress_pkey
    primary key (migration_id, direction, statement_number),
    constraint migration_progress_direction_is_known
    check (direction in ('apply', 'rollback')),
    constraint migration_progress_statement_number_is_positive
    check (statement_number > 0),
    constraint migration_progress_statement_sha256_is_hexadecimal
    check (statement_sha256 ~ '^[0-9a-f]{64}$')
);
comment on table system.migration_progress is
'How far the files are that cannot run in a transaction; empty when none is under way.';
comment on column system.migration_progress.migration_id is 'File name without .sql.';
comment on column system.migration_progress.direction is 'apply or rollback.';
comment on column system.migration_progress.statement_number is
'Place of the statement in its file, from 1.';
comment on column system.migration_progress.statement_sha256 is
'SHA-256 of the statement that was executed, after templating and schema mapping.';
comment on column system.migration_progress.started_at is 'When it was first begun.';
comment on column system.migration_progress.finished_at is
'When it was done; null while it runs, or when it was interrupted.';
create table system.acceptances (
    id uuid not null default system.uuid_v7(),
    kind text not null,
    name text not null,
    old_sha256 text,
    new_sha256 text,
    old_content text,
    new_content text,
    reason text not null,
    accepted_at timestamptz not null default clock_timestamp(),
    accepted_by text not null default current_user,
    constraint acceptances_pkey primary key (id),
    constraint acceptances_kind_is_known
    check (
        kind in (
            'edited', 'renamed', 'reordered', 'missing', 'variables', 'chain', 'drift'
        )
    ),
    constraint acceptances_reason_is_given check (btrim(reason) <> '')
);
comment on table system.acceptances is
'Differences between files, ledger and catalog that somebody has accepted by name.';
comment on column system.acceptances.id is 'Time-ordered key.';
comment on column system.acceptances.kind is
'What differed: edited, renamed, reordered, missing, variables, chain or drift.';
comment on column system.acceptances.name is
'Migration, or kind and name of an object.';
comment on column system.acceptances.old_sha256 is 'What was recorded, if anything.';
comment on column system.acceptances.new_sha256 is 'What is accepted, if anything.';
comment on column system.acceptances.old_content is 'Text or facts that were recorded.';
comment on column system.acceptances.new_content is 'Text or facts that are accepted.';
comment on column system.acceptances.reason is 'Why, in the words of who accepted it.';
comment on column system.acceptances.accepted_at is 'When.';
comment on column system.acceptances.accepted_by is 'Role.';

create table system.catalog_objects (
    kind text not null,
    identity text not null,
    facts jsonb,
    facts_sha256 text,
    found jsonb,
    is_drifted boolean not null default false,
    constraint catalog_objects_pkey primary key (kind, identity)
);
comment on table system.catalog_objects is
'The catalog as the last run left it, so that what changed since can be named.';
comment on column system.catalog_objects.kind is 'table, column, index, function ...';
comment on column system.catalog_objects.identity is 'Qualified name.';
comment on column system.catalog_objects.facts is
'JSON object: definition, owner, privileges, comment ...; null when it was not there.';
comment on column system.catalog_objects.facts_sha256 is 'SHA-256 of the facts.';
comment on column system.catalog_objects.found is
'While a run is at work: what it found when it began, if that differed.';
comment on column system.catalog_objects.is_drifted is
'While a run is at work: whether it found something else when it began.';

create table system.catalog_fingerprints (
    id uuid not null default system.uuid_v7(),
    recorded_at timestamptz not null default clock_timestamp(),
    recorded_by text not null default current_user,
    event text not null,
    fingerprint text not null,
    objects bigint not null,
    chain_sha256 text,
    server_version integer not null default current_setting(
        'server_version_num'
    )::integer,
    toolkit_version text not null,
    constraint catalog_fingerprints_pkey primary key (id),
    constraint catalog_fingerprints_event_is_known
    check (event in ('apply', 'rollback', 'promote', 'accept'))
);
comment on table system.catalog_fingerprints is
'One fingerprint of the whole catalog after each run that changed something.';
comment on column system.catalog_fingerprints.id is 'Time-ordered key.';
comment on column system.catalog_fingerprints.recorded_at is 'When.';
comment on column system.catalog_fingerprints.recorded_by is 'Role.';
comment on column system.catalog_fingerprints.event is
'apply, rollback, promote or accept.';
comment on column system.catalog_fingerprints.fingerprint is
'SHA-256 over the facts of all objects in catalog_objects.';
comment on column system.catalog_fingerprints.objects is 'How many there are.';
comment on column system.catalog_fingerprints.chain_sha256 is
'Newest link of applied_migrations then.';
comment on column system.catalog_fingerprints.server_version is
'Version of the server that wrote the definitions, e.g. 150018.';
comment on column system.catalog_fingerprints.toolkit_version is
'Version of the toolkit.';

create table system.applied_objects (
    path text not null,
    schema_name text not null,
    kind text not null,
    object_name text not null,
    content text not null,
    content_sha256 text not null,
    identities text[] not null default '{}',
    position_in_order integer not null,
    layer text not null default 'toolkit',
    applied_at timestamptz not null default now(),
    applied_by text not null default current_user,
    constraint applied_objects_pkey primary key (path),
    constraint applied_objects_content_sha256_is_hexadecimal
    check (content_sha256 ~ '^[0-9a-f]{64}$')
);
comment on table system.applied_objects is
'Repeatable objects as last applied; a file whose hash differs is applied again.';
comment on column system.applied_objects.path is 'File below sql/, with slashes.';
comment on column system.applied_objects.schema_name is 'Schema as the file spells it.';
comment on column system.applied_objects.kind is
'Shelf: functions, views, partitions ...';
comment on column system.applied_objects.object_name is 'Name as the file spells it.';
comment on column system.applied_objects.content is
'The SQL that was executed, after templating and schema mapping.';
comment on column system.applied_objects.content_sha256 is 'SHA-256 of content.';
comment on column system.applied_objects.identities is
'What it made in the catalog, e.g. each function with its arguments.';
comment on column system.applied_objects.position_in_order is
'Place in the order of creation; objects are removed in the opposite order.';
comment on column system.applied_objects.layer is
'Whose file it is: toolkit, or the name of the project.';
comment on column system.applied_objects.applied_at is 'When it was last applied.';
comment on column system.applied_objects.applied_by is 'Role that applied it.';

create table system.feature_flags (
    flag text not null,
    is_enabled boolean not null default false,
    rollout_percent integer not null default 100,
    description text not null default '',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint feature_flags_pkey primary key (flag),
    constraint feature_flags_rollout_percent_is_a_percentage
    check (rollout_percent between 0 and 100)
);
comment on table system.feature_flags is
'Switches; a flag is on for the subjects whose hash falls below its percentage.';
comment on column system.feature_flags.flag is 'Name, as in system.flag_enabled().';
comment on column system.feature_flags.is_enabled is 'False: off for everybody.';
comment on column system.feature_flags.rollout_percent is
'Percent of subjects (0 to 100) that it is on for while enabled.';
comment on column system.feature_flags.description is 'What it switches.';
comment on column system.feature_flags.created_at is 'When it was defined.';
comment on column system.feature_flags.updated_at is 'Last change.';
comment on column system.feature_flags.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column system.feature_flags.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

create table system.logs (
    id uuid not null default system.uuid_v7(),
    logged_at timestamptz not null default clock_timestamp(),
    level text not null,
    component text not null,
    message text not null,
    details jsonb not null default '{}',
    constraint logs_pkey primary key (id, logged_at),
    constraint logs_level_is_known
    check (level in ('debug', 'info', 'warning', 'error'))
) partition by range (logged_at);
create index logs_component_logged_at_idx on system.logs (component, logged_at desc);
comment on table system.logs is
'What the toolkit did, structured; partitioned by month.';
comment on column system.logs.id is 'Time-ordered key.';
comment on column system.logs.logged_at is 'When it happened; the partition key.';
comment on column system.logs.level is 'debug, info, warning or error.';
comment on column system.logs.component is 'Part that wrote it, e.g. strangler.';
comment on column system.logs.message is 'One line, for people.';
comment on column system.logs.details is 'JSON object, for machines.';

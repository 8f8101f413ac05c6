-- Create the users, what they may do, and what they prove who they are with.
-- depends: 0015_create_market_tables
create table auth.users (
    id uuid not null default gen_random_uuid(),
    email text not null,
    username text,
    full_name text,
    avatar_url text,
    preferred_currency char(3),
    time_zone text not null default 'UTC',
    preferences jsonb not null default '{}',
    is_active boolean not null default true,
    last_login_at timestamptz,
    retained_until_date date,
    anonymized_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint users_pkey primary key (id),
    constraint users_email_has_the_form_of_one
    check (
        length(email) <= 254
        and email ~ '^[^@[:space:][:cntrl:]"(),:;<>\\]{1,64}@[^@]+$'
        and split_part(email, '@', 2)
        ~ '^([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z0-9-]{2,63}$'
        and email !~ '^\.|\.\.|\.@'
    ),
    constraint users_username_is_one_word
    check (username ~ '^[^[:space:][:cntrl:]@]{1,100}$'),
    constraint users_avatar_url_is_http check (avatar_url ~ '^https?://'),
    constraint users_preferred_currency_is_a_code
    check (preferred_currency ~ '^[A-Z]{3}$'),
    constraint users_time_zone_is_not_empty check (btrim(time_zone) <> ''),
    constraint users_preferences_is_an_object
    check (jsonb_typeof(preferences) = 'object'),
    constraint users_anonymized_ones_are_not_active
    check (anonymized_at is null or not is_active)
);
create unique index users_lower_email_key on auth.users (lower(email));
create unique index users_lower_username_key on auth.users (lower(username));
comment on table auth.users is 'One person, or service, that signs in.';
comment on column auth.users.id is 'Key.';
comment on column auth.users.email is
'Address; no two users have one that differs in case only.';
comment on column auth.users.username is
'Name to sign in with beside the address; unique without regard to case.';
comment on column auth.users.full_name is 'Name for people.';
comment on column auth.users.avatar_url is 'Picture.';
comment on column auth.users.preferred_currency is
'Currency that amounts are shown in, ISO 4217.';
comment on column auth.users.time_zone is 'Where days begin for them, an IANA name.';
comment on column auth.users.preferences is
'JSON object of settings that the database does not read.';
comment on column auth.users.is_active is 'False: signing in is refused.';
comment on column auth.users.last_login_at is 'Last time that they signed in.';
comment on column auth.users.retained_until_date is
'Last day that the law asks to keep the person''s data; null: no such duty.';
comment on column auth.users.anonymized_at is
'When the personal columns were replaced; the row stays for what refers to it.';
comment on column auth.users.created_at is 'When they were registered.';
comment on column auth.users.updated_at is 'Last change.';
comment on column auth.users.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column auth.users.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

create table auth.passwords (
    user_id uuid not null,
    password_hash text not null,
    changed_at timestamptz not null default now(),
    constraint passwords_pkey primary key (user_id),
    constraint passwords_user_id_fkey
    foreign key (user_id) references auth.users (id) on delete cascade,
    constraint passwords_password_hash_names_its_method
    check (password_hash ~ '^\$[a-z0-9-]+\$.{20,}$')
);
comment on table auth.passwords is
'Hashes of passwords, apart from the users: read by few, never audited, never
exported.';
comment on column auth.passwords.user_id is 'Whose.';
comment on column auth.passwords.password_hash is
'As bcrypt, scrypt or argon2 write it, beginning with $method$; never a plain
password.';
comment on column auth.passwords.changed_at is 'When it was set.';

create table auth.roles (
    role text not null,
    description text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint roles_pkey primary key (role),
    constraint roles_role_is_lower_case_words
    check (role ~ '^[a-z][a-z0-9]*([-_][a-z0-9]+)*$'),
    constraint roles_description_is_not_empty check (btrim(description) <> '')
);
comment on table auth.roles is
'What users are in the application; not roles of the database.';
comment on column auth.roles.role is 'Name.';
comment on column auth.roles.description is 'Whom it is for.';
comment on column auth.roles.created_at is 'When it was defined.';
comment on column auth.roles.updated_at is 'Last change.';
comment on column auth.roles.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column auth.roles.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

create table auth.permissions (
    permission text not null,
    description text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint permissions_pkey primary key (permission),
    constraint permissions_permission_is_thing_and_action
    check (permission ~ '^[a-z][a-z_]*\.[a-z][a-z_]*$'),
    constraint permissions_description_is_not_empty check (btrim(description) <> '')
);
comment on table auth.permissions is
'What can be allowed: to a role, and to an API key as a scope.';
comment on column auth.permissions.permission is
'Thing and action, e.g. inventory.write.';
comment on column auth.permissions.description is 'What it allows.';
comment on column auth.permissions.created_at is 'When it was defined.';
comment on column auth.permissions.updated_at is 'Last change.';
comment on column auth.permissions.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column auth.permissions.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

create table auth.role_permissions (
    role text not null,
    permission text not null,
    created_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint role_permissions_pkey primary key (role, permission),
    constraint role_permissions_role_fkey
    foreign key (role) references auth.roles (role) on delete cascade,
    constraint role_permissions_permission_fkey
    foreign key (permission) references auth.permissions (permission) on delete cascade
);
create index role_permissions_permission_idx on auth.role_permissions (permission);
comment on table auth.role_permissions is 'What a role allows.';
comment on column auth.role_permissions.role is 'Role.';
comment on column auth.role_permissions.permission is 'What it allows.';
comment on column auth.role_permissions.created_at is 'When it was allowed.';
comment on column auth.role_permissions.created_by is
'Who allowed it: mdt.actor, else the role of the session.';

create table auth.user_roles (
    user_id uuid not null,
    role text not null,
    expires_at timestamptz,
    created_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint user_roles_pkey primary key (user_id, role),
    constraint user_roles_user_id_fkey
    foreign key (user_id) references auth.users (id) on delete cascade,
    constraint user_roles_role_fkey
    foreign key (role) references auth.roles (role),
    constraint user_roles_expires_after_it_begins check (expires_at > created_at)
);
create index user_roles_role_idx on auth.user_roles (role);
comment on table auth.user_roles is 'Which roles a user has.';
comment on column auth.user_roles.user_id is 'User.';
comment on column auth.user_roles.role is 'Role.';
comment on column auth.user_roles.expires_at is 'When it ends; null: not by itself.';
comment on column auth.user_roles.created_at is 'When it was given.';
comment on column auth.user_roles.created_by is
'Who gave it: mdt.actor, else the role of the session.';

create table auth.sessions (
    id uuid not null default system.uuid_v7(),
    user_id uuid not null,
    token_sha256 bytea not null,
    created_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz,
    ip_address inet,
    user_agent text,
    constraint sessions_pkey primary key (id),
    constraint sessions_user_id_fkey
    foreign key (user_id) references auth.users (id) on delete cascade,
    constraint sessions_token_sha256_key unique (token_sha256),
    constraint sessions_token_sha256_is_one check (octet_length(token_sha256) = 32),
    constraint sessions_expires_after_it_begins check (expires_at > created_at)
);
create index sessions_user_id_idx on auth.sessions (user_id);
create index sessions_expires_at_idx on auth.sessions (expires_at);
comment on table auth.sessions is 'Who is signed in.';
comment on column auth.sessions.id is 'Time-ordered key.';
comment on column auth.sessions.user_id is 'User.';
comment on column auth.sessions.token_sha256 is
'SHA-256 of the token that the client shows; the token itself is kept nowhere.';
comment on column auth.sessions.created_at is 'When they signed in.';
comment on column auth.sessions.last_seen_at is 'Last use, to the minute.';
comment on column auth.sessions.expires_at is 'From here on it counts no more.';
comment on column auth.sessions.revoked_at is 'When it was ended early.';
comment on column auth.sessions.ip_address is 'Where they signed in from.';
comment on column auth.sessions.user_agent is 'What they signed in with.';

create table auth.api_keys (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null,
    name text not null,
    key_start text not null,
    key_sha256 bytea not null,
    scopes text[] not null default '{}',
    calls_per_minute integer not null default 60,
    burst_calls integer not null default 60,
    expires_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint api_keys_pkey primary key (id),
    constraint api_keys_user_id_fkey
    foreign key (user_id) references auth.users (id) on delete cascade,
    constraint api_keys_key_sha256_key unique (key_sha256),
    constraint api_keys_user_id_name_key unique (user_id, name),
    constraint api_keys_name_is_not_empty check (btrim(name) <> ''),
    constraint api_keys_key_start_is_short check (key_start ~ '^mdt_[0-9a-f]{8}$'),
    constraint api_keys_key_sha256_is_one check (octet_length(key_sha256) = 32),
    constraint api_keys_calls_per_minute_is_positive check (calls_per_minute > 0),
    constraint api_keys_burst_calls_is_positive check (burst_calls > 0),
    constraint api_keys_expires_after_it_begins check (expires_at > created_at)
);
comment on table auth.api_keys is
'What programs prove with whom they act for. The key itself is shown once and kept
nowhere.';
comment on column auth.api_keys.id is 'Key of the row, for revoking it.';
comment on column auth.api_keys.user_id is 'Whom it acts for.';
comment on column auth.api_keys.name is 'What the user calls it; unique among theirs.';
comment on column auth.api_keys.key_start is
'First letters of the key, to know it by: mdt_ and eight digits.';
comment on column auth.api_keys.key_sha256 is
'SHA-256 of the whole key, which has 256 random bits and needs no salt.';
comment on column auth.api_keys.scopes is
'Permissions that it has; never more than its user has at the time.';
comment on column auth.api_keys.calls_per_minute is
'Calls that it may make in the long run.';
comment on column auth.api_keys.burst_calls is
'Calls that it may make at once after a pause.';
comment on column auth.api_keys.expires_at is 'When it ends; null: not by itself.';
comment on column auth.api_keys.revoked_at is 'When it was withdrawn.';
comment on column auth.api_keys.created_at is 'When it was made.';
comment on column auth.api_keys.updated_at is 'Last change.';
comment on column auth.api_keys.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column auth.api_keys.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

-- Written on every call: rows of its own, updated in place. Not logged, so that a call
-- does not wait for the disk while others of the same key wait for it; after a crash
-- every bucket is full again.
create unlogged table auth.api_key_buckets (
    api_key_id uuid not null,
    tokens numeric(16, 6) not null,
    filled_at timestamptz not null,
    used_calls bigint not null default 0,
    refused_calls bigint not null default 0,
    constraint api_key_buckets_pkey primary key (api_key_id),
    constraint api_key_buckets_api_key_id_fkey
    foreign key (api_key_id) references auth.api_keys (id) on delete cascade,
    constraint api_key_buckets_tokens_is_not_negative check (tokens >= 0)
) with (fillfactor = 50);
comment on table auth.api_key_buckets is
'How many calls each API key may make now: a bucket of tokens that fills with time.';
comment on column auth.api_key_buckets.api_key_id is 'API key.';
comment on column auth.api_key_buckets.tokens is 'Calls that were left at filled_at.';
comment on column auth.api_key_buckets.filled_at is
'When it was last filled up: at the last call, allowed or not.';
comment on column auth.api_key_buckets.used_calls is
'Calls allowed since it was made, or since the last crash.';
comment on column auth.api_key_buckets.refused_calls is 'Calls refused since then.';

create table auth.deletion_requests (
    id uuid not null default gen_random_uuid(),
    user_id uuid,
    kind text not null default 'anonymize',
    state text not null default 'waiting',
    reason text,
    requested_at timestamptz not null default now(),
    due_at timestamptz not null default now() + interval '30 days',
    finished_at timestamptz,
    outcome text,
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_at timestamptz not null default now(),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint deletion_requests_pkey primary key (id),
    constraint deletion_requests_user_id_fkey
    foreign key (user_id) references auth.users (id) on delete set null,
    constraint deletion_requests_kind_is_known check (kind in ('anonymize', 'erase')),
    constraint deletion_requests_state_is_known
    check (state in ('waiting', 'done', 'refused', 'withdrawn')),
    constraint deletion_requests_finished_at_matches_state
    check ((state = 'waiting') = (finished_at is null)),
    constraint deletion_requests_a_refusal_says_why
    check (state <> 'refused' or coalesce(btrim(outcome), '') <> ''),
    constraint deletion_requests_due_after_it_is_made check (due_at >= requested_at)
);
create unique index deletion_requests_user_id_waiting_key
on auth.deletion_requests (user_id) where state = 'waiting';
create index deletion_requests_user_id_idx on auth.deletion_requests (user_id);
create index deletion_requests_due_at_idx on auth.deletion_requests (due_at)
where state = 'waiting';
comment on table auth.deletion_requests is
'Who asked to be forgotten, and until when that has to be done.';
comment on column auth.deletion_requests.id is 'Key.';
comment on column auth.deletion_requests.user_id is
'Who is to be forgotten; null once the row of the user is gone.';
comment on column auth.deletion_requests.kind is
'anonymize: the row stays without what it says of the person; erase: it goes.';
comment on column auth.deletion_requests.state is
'waiting, done, refused or withdrawn.';
comment on column auth.deletion_requests.reason is 'What they said.';
comment on column auth.deletion_requests.requested_at is 'When they asked.';
comment on column auth.deletion_requests.due_at is
'Until when it has to be done; the law gives a month.';
comment on column auth.deletion_requests.finished_at is
'When it was done, refused or withdrawn.';
comment on column auth.deletion_requests.outcome is
'What was done, or why it was refused.';
comment on column auth.deletion_requests.created_by is
'Who took it down: mdt.actor, else the role of the session.';
comment on column auth.deletion_requests.updated_at is 'Last change.';
comment on column auth.deletion_requests.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

insert into auth.permissions (permission, description) values
('market.read', 'Read prices, sales and charts'),
('catalog.read', 'Read products, sizes and variants'),
('catalog.write', 'Change products, sizes and variants'),
('inventory.read', 'Read the own stock'),
('inventory.write', 'Change the own stock'),
('listings.read', 'Read the own listings'),
('listings.write', 'Change the own listings'),
('orders.read', 'Read the own orders'),
('orders.write', 'Change the own orders'),
('users.manage', 'Give and take roles');

insert into auth.roles (role, description) values
('admin', 'Runs the platform: everything'),
('user', 'Trades: the market, and the own stock, listings and orders'),
('readonly', 'Looks: the market, and the own stock, listings and orders');

insert into auth.role_permissions (role, permission)
select
    grantee.role,
    permissions.permission
from auth.permissions as permissions
cross join (values ('admin'), ('user'), ('readonly')) as grantee (role)
where
    grantee.role = 'admin'
    or grantee.role = 'user' and permissions.permission not in (
        'catalog.write', 'users.manage'
    )
    or grantee.role = 'readonly' and permissions.permission ~ '\.read$';

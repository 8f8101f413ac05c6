-- Create the registry of data types, their subjects, the queue and its quotas.
-- depends: 0004_create_products_tables
-- allow: references_existing_table, what it refers to is new as well
create table sync.providers (
    name text not null,
    display_name text not null,
    base_url text not null,
    is_paused boolean not null default false,
    requests_per_second numeric(8, 2) not null default 5,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint providers_pkey primary key (name),
    constraint providers_name_is_lower_case_words
    check (name ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint providers_base_url_is_http check (base_url ~ '^https?://'),
    constraint providers_requests_per_second_is_positive check (requests_per_second > 0)
);
comment on table sync.providers is 'Who is asked for data.';
comment on column sync.providers.name is
'Name, e.g. stockx; also the source of its prices.';
comment on column sync.providers.display_name is 'Name for people.';
comment on column sync.providers.base_url is
'Start of every request URL, without a slash.';
comment on column sync.providers.is_paused is 'True: its jobs wait.';
comment on column sync.providers.requests_per_second is 'Pace of one worker.';
comment on column sync.providers.created_at is 'When it was registered.';
comment on column sync.providers.updated_at is 'Last change.';
comment on column sync.providers.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column sync.providers.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

create table sync.provider_quotas (
    provider text not null,
    quota_window interval not null,
    max_calls bigint not null,
    constraint provider_quotas_pkey primary key (provider, quota_window),
    constraint provider_quotas_provider_fkey
    foreign key (provider) references sync.providers (name) on delete cascade,
    constraint provider_quotas_quota_window_is_positive
    check (quota_window > interval '0 s'),
    constraint provider_quotas_max_calls_is_not_negative check (max_calls >= 0)
);
comment on table sync.provider_quotas is
'How many calls a provider allows in a window.';
comment on column sync.provider_quotas.provider is 'Provider.';
comment on column sync.provider_quotas.quota_window is 'Length of the sliding window.';
comment on column sync.provider_quotas.max_calls is 'Calls allowed in it.';

create table sync.data_type_registry (
    data_type text not null,
    provider text not null,
    payload_kind text not null,
    target_table text not null,
    strategy text not null default 'on-demand',
    refresh_interval interval,
    ttl_hot interval not null default interval '1 hour',
    ttl_warm interval not null default interval '6 hours',
    ttl_cold interval not null default interval '24 hours',
    priority integer not null default 100,
    calls_per_job integer not null default 1,
    estimated_bytes bigint not null default 0,
    max_attempts integer not null default 5,
    request jsonb not null,
    is_enabled boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint data_type_registry_pkey primary key (data_type),
    constraint data_type_registry_provider_fkey
    foreign key (provider) references sync.providers (name),
    constraint data_type_registry_strategy_is_known
    check (strategy in ('on-demand', 'scheduled')),
    constraint data_type_registry_scheduled_has_an_interval
    check ((strategy = 'scheduled') = (refresh_interval is not null)),
    constraint data_type_registry_ttls_are_positive_and_ordered
    check (
        ttl_hot > interval '0 s'
        and ttl_hot <= ttl_warm
        and ttl_warm <= ttl_cold
    ),
    constraint data_type_registry_calls_per_job_is_positive check (calls_per_job > 0),
    constraint data_type_registry_estimated_bytes_is_not_negative
    check (estimated_bytes >= 0),
    constraint data_type_registry_max_attempts_is_positive check (max_attempts > 0),
    constraint data_type_registry_request_names_a_path
    check (jsonb_typeof(request) = 'object' and request ? 'path')
);
create index data_type_registry_provider_idx on sync.data_type_registry (provider);
comment on table sync.data_type_registry is
'What can be asked for: how to ask, how long an answer is good, where it goes.';
comment on column sync.data_type_registry.data_type is 'Name, e.g. stockx-market-data.';
comment on column sync.data_type_registry.provider is 'Who is asked.';
comment on column sync.data_type_registry.payload_kind is
'Second argument of integration.ingest() for its answers.';
comment on column sync.data_type_registry.target_table is
'Table that the answers end in, schema-qualified.';
comment on column sync.data_type_registry.strategy is
'on-demand: asked when stale; scheduled: asked every refresh_interval.';
comment on column sync.data_type_registry.refresh_interval is
'Pause between two scheduled requests; null for on-demand.';
comment on column sync.data_type_registry.ttl_hot is
'Age at which a hot subject is stale.';
comment on column sync.data_type_registry.ttl_warm is
'Age at which a warm subject is stale.';
comment on column sync.data_type_registry.ttl_cold is
'Age at which a cold subject is stale.';
comment on column sync.data_type_registry.priority is 'Higher is asked first.';
comment on column sync.data_type_registry.calls_per_job is 'Calls that one job costs.';
comment on column sync.data_type_registry.estimated_bytes is
'Bytes that one job brings.';
comment on column sync.data_type_registry.max_attempts is
'Tries before a job is given up.';
comment on column sync.data_type_registry.request is
'JSON object: path (with {subject}), query, headers; {subject} is replaced in each.';
comment on column sync.data_type_registry.is_enabled is
'False: nothing is queued for it.';
comment on column sync.data_type_registry.created_at is 'When it was registered.';
comment on column sync.data_type_registry.updated_at is 'Last change.';
comment on column sync.data_type_registry.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column sync.data_type_registry.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

create table sync.subjects (
    data_type text not null,
    subject text not null,
    tier text not null default 'cold',
    product_id uuid,
    fetched_at timestamptz,
    due_at timestamptz not null default '-infinity',
    failures integer not null default 0,
    last_error text,
    created_at timestamptz not null default now(),
    constraint subjects_pkey primary key (data_type, subject),
    constraint subjects_data_type_fkey
    foreign key (data_type) references sync.data_type_registry (data_type),
    constraint subjects_product_id_fkey
    foreign key (product_id) references products.products (id) on delete set null,
    constraint subjects_subject_is_not_empty check (btrim(subject) <> ''),
    constraint subjects_tier_is_known check (tier in ('hot', 'warm', 'cold')),
    constraint subjects_failures_is_not_negative check (failures >= 0)
);
create index subjects_due_at_idx on sync.subjects (due_at);
create index subjects_product_id_idx on sync.subjects (product_id);
comment on table sync.subjects is
'What each data type is kept for; due_at says when it has to be asked for next.';
comment on column sync.subjects.data_type is 'Data type.';
comment on column sync.subjects.subject is
'What is asked for, in the provider''s own words: a product id, a symbol.';
comment on column sync.subjects.tier is 'hot, warm or cold: which TTL counts.';
comment on column sync.subjects.product_id is 'Product that it tells about, if one.';
comment on column sync.subjects.fetched_at is 'Last answer that was recorded.';
comment on column sync.subjects.due_at is 'When it is stale; -infinity: never asked.';
comment on column sync.subjects.failures is 'Jobs given up since the last answer.';
comment on column sync.subjects.last_error is
'Error of the last job that was given up.';
comment on column sync.subjects.created_at is 'When it was registered.';

create table sync.active_subscriptions (
    client_id text not null,
    data_type text not null,
    subject text not null,
    expires_at timestamptz not null,
    constraint active_subscriptions_pkey primary key (client_id, data_type, subject),
    constraint active_subscriptions_data_type_fkey
    foreign key (data_type) references sync.data_type_registry (data_type)
);
create index active_subscriptions_data_type_subject_idx
on sync.active_subscriptions (data_type, subject, expires_at);
comment on table sync.active_subscriptions is 'Who is looking at what right now.';
comment on column sync.active_subscriptions.client_id is 'Client, as it names itself.';
comment on column sync.active_subscriptions.data_type is 'Data type it looks at.';
comment on column sync.active_subscriptions.subject is 'Subject it looks at.';
comment on column sync.active_subscriptions.expires_at is 'When it counts as gone.';

create sequence sync.job_id_within_microsecond
minvalue 0 maxvalue 999 start 0 cycle;

-- Column defaults call it, so it belongs to the tables and is not a repeatable object.
create function sync.next_job_id()
returns bigint
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    select
        floor(extract(epoch from clock_timestamp()) * 1000000)::bigint * 1000
        + nextval('sync.job_id_within_microsecond');
$function$;
comment on function sync.next_job_id() is
'Return a time-ordered job id: nanoseconds since 1970, the last three digits a
counter.';

create table sync.api_call_queue (
    id bigint not null default sync.next_job_id(),
    data_type text not null,
    subject text not null,
    state text not null default 'waiting',
    priority integer not null default 100,
    run_at timestamptz not null default now(),
    attempt integer not null default 0,
    worker text,
    leased_until timestamptz,
    finished_at timestamptz,
    http_status integer,
    response_bytes bigint,
    error text,
    constraint api_call_queue_pkey primary key (id),
    constraint api_call_queue_data_type_fkey
    foreign key (data_type) references sync.data_type_registry (data_type),
    constraint api_call_queue_state_is_known
    check (state in ('waiting', 'running', 'done', 'dead')),
    constraint api_call_queue_running_has_a_lease
    check ((state = 'running') = (leased_until is not null)),
    constraint api_call_queue_finished_at_matches_state
    check ((state in ('done', 'dead')) = (finished_at is not null)),
    constraint api_call_queue_attempt_is_not_negative check (attempt >= 0)
) partition by range (id);
create index api_call_queue_waiting_idx
on sync.api_call_queue (priority desc, run_at, id)
where state = 'waiting';
create index api_call_queue_leased_until_idx
on sync.api_call_queue (leased_until)
where state = 'running';
create index api_call_queue_data_type_subject_idx
on sync.api_call_queue (data_type, subject);
comment on table sync.api_call_queue is
'One request to a provider: to send, being sent, answered or given up; a day a
partition.';
comment on column sync.api_call_queue.id is
'Time-ordered key; says when it was queued.';
comment on column sync.api_call_queue.data_type is 'Data type.';
comment on column sync.api_call_queue.subject is 'Subject.';
comment on column sync.api_call_queue.state is 'waiting, running, done or dead.';
comment on column sync.api_call_queue.priority is 'Higher is claimed first.';
comment on column sync.api_call_queue.run_at is 'Earliest start.';
comment on column sync.api_call_queue.attempt is 'How often it was claimed.';
comment on column sync.api_call_queue.worker is 'Worker that claimed it last.';
comment on column sync.api_call_queue.leased_until is
'When its worker counts as lost; only while running.';
comment on column sync.api_call_queue.finished_at is
'When it was answered or given up.';
comment on column sync.api_call_queue.http_status is 'Status of the last answer.';
comment on column sync.api_call_queue.response_bytes is 'Bytes of the last answer.';
comment on column sync.api_call_queue.error is 'Last error.';

create table sync.queue_keys (
    data_type text not null,
    subject text not null,
    job_id bigint not null,
    constraint queue_keys_pkey primary key (data_type, subject),
    constraint queue_keys_data_type_fkey
    foreign key (data_type) references sync.data_type_registry (data_type)
);
comment on table sync.queue_keys is
'One row per open job; the key is what makes a second, equal job impossible.';
comment on column sync.queue_keys.data_type is 'Data type of the open job.';
comment on column sync.queue_keys.subject is 'Subject of the open job.';
comment on column sync.queue_keys.job_id is 'The open job.';

create table sync.api_data_usage (
    id uuid not null default system.uuid_v7(),
    provider text not null,
    used_at timestamptz not null default clock_timestamp(),
    calls bigint not null,
    bytes bigint not null default 0,
    constraint api_data_usage_pkey primary key (id, used_at),
    constraint api_data_usage_provider_fkey
    foreign key (provider) references sync.providers (name)
) partition by range (used_at);
create index api_data_usage_provider_used_at_idx
on sync.api_data_usage (provider, used_at);
comment on table sync.api_data_usage is
'Calls reserved or given back and bytes received, per provider; a day a partition.';
comment on column sync.api_data_usage.id is 'Time-ordered key.';
comment on column sync.api_data_usage.provider is 'Provider.';
comment on column sync.api_data_usage.used_at is 'When; the partition key.';
comment on column sync.api_data_usage.calls is 'Calls reserved; negative: given back.';
comment on column sync.api_data_usage.bytes is 'Bytes received.';

create table sync.queue_samples (
    sampled_at timestamptz not null,
    data_type text not null,
    waiting bigint not null,
    running bigint not null,
    oldest_age interval,
    constraint queue_samples_pkey primary key (data_type, sampled_at),
    constraint queue_samples_data_type_fkey
    foreign key (data_type) references sync.data_type_registry (data_type)
);
comment on table sync.queue_samples is 'Depth of the queue, once a minute.';
comment on column sync.queue_samples.sampled_at is 'When it was counted.';
comment on column sync.queue_samples.data_type is 'Data type.';
comment on column sync.queue_samples.waiting is 'Jobs waiting.';
comment on column sync.queue_samples.running is 'Jobs running.';
comment on column sync.queue_samples.oldest_age is
'Time since the oldest waiting job was due.';

create table sync.cron_jobs (
    name text not null,
    schedule text not null,
    command text not null,
    max_silence interval not null,
    description text not null,
    constraint cron_jobs_pkey primary key (name),
    constraint cron_jobs_name_is_lower_case_words
    check (name ~ '^[a-z0-9]+(_[a-z0-9]+)*$'),
    constraint cron_jobs_max_silence_is_positive check (max_silence > interval '0 s')
);
comment on table sync.cron_jobs is
'What has to run regularly, as the files in sql/sync/cron declare it.';
comment on column sync.cron_jobs.name is 'Name of the job.';
comment on column sync.cron_jobs.schedule is 'When, in five cron fields, UTC.';
comment on column sync.cron_jobs.command is 'SQL that it runs.';
comment on column sync.cron_jobs.max_silence is
'Time without a finished run after which health warns.';
comment on column sync.cron_jobs.description is 'What it is for.';

create table sync.cron_runs (
    id uuid not null default system.uuid_v7(),
    job_name text not null,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    caller text not null,
    result text,
    error text,
    constraint cron_runs_pkey primary key (id),
    constraint cron_runs_job_name_fkey
    foreign key (job_name) references sync.cron_jobs (name) on delete cascade
);
create index cron_runs_job_name_started_at_idx
on sync.cron_runs (job_name, started_at desc);
comment on table sync.cron_runs is 'Each run of a regular job, whoever started it.';
comment on column sync.cron_runs.id is 'Time-ordered key.';
comment on column sync.cron_runs.job_name is 'Job.';
comment on column sync.cron_runs.started_at is 'Start.';
comment on column sync.cron_runs.finished_at is 'End; null while it runs.';
comment on column sync.cron_runs.caller is 'pg_cron or tick.';
comment on column sync.cron_runs.result is 'What it returned.';
comment on column sync.cron_runs.error is 'SQLSTATE and message when it failed.';

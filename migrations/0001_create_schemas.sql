-- Create one schema per idea, and make sure pg_partman is there.
-- The schema "system" exists already: it holds the ledger that records this migration.
-- allow: hidden_ddl, creating the extension needs more rights than finding it there
create schema core;
create schema products;
create schema integration;
create schema sync;
create schema platforms;
create schema transactions;
create schema pricing;
create schema analytics;
create schema equities;
create schema auth;
create schema strangler;
create schema archive;
create schema api;

comment on schema system is 'Running the toolkit: ledgers, flags, logs, settings.';
comment on schema core is 'Master data: brands, categories, suppliers.';
comment on schema products is
'Catalogue and stock: products, sizes, variants, inventory.';
comment on schema integration is
'What the providers say, unified: links, prices, sales, raw payloads.';
comment on schema sync is
'When to ask the providers: registry, subjects, queue, quotas.';
comment on schema platforms is 'Selling places: platforms and our listings there.';
comment on schema transactions is 'Orders.';
comment on schema pricing is 'Our own prices: rules and multipliers.';
comment on schema analytics is 'Derived figures: materialized views, forecasts.';
comment on schema equities is 'Equity data behind the registry: symbols and quotes.';
comment on schema auth is 'Who: users, roles, sessions, API keys.';
comment on schema strangler is
'Moving off the old tables: moves, backfills, comparisons, quarantine.';
comment on schema archive is 'Cold partitions and retired tables.';
comment on schema api is 'What applications read: functions and views only.';

-- The extension may be installed in any schema; a new one gets a schema of its own.
do $do$
begin
    if not exists (select from pg_extension where extname = 'pg_partman') then
        create schema if not exists partman;
        create extension pg_partman with schema partman;
    end if;
end;
$do$;

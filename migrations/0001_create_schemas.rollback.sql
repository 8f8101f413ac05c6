-- pg_partman stays: other schemas of this database may use it.
drop schema api;
drop schema archive;
drop schema strangler;
drop schema auth;
drop schema equities;
drop schema analytics;
drop schema pricing;
drop schema transactions;
drop schema platforms;
drop schema sync;
drop schema integration;
drop schema products;
drop schema core;
comment on schema system is null;

-- The parsers are found by their names, so this list is never out of date.
create or replace view integration.payload_kinds with (security_invoker = true) as
with parser as (
    select
        regexp_match(
            proc.proname, '^read_([a-z]+)_(.+)_(entries|prices|sales|quotes)$'
        ) as parts
    from pg_catalog.pg_proc as proc
    where proc.pronamespace = 'integration'::regnamespace
)

select distinct
    parser.parts[1] as provider,
    parser.parts[2] as kind
from parser
where parser.parts is not null;

comment on view integration.payload_kinds is
'What integration.ingest() can read: its first two arguments.';

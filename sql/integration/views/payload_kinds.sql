-- The parsers are found by their names, so this list is never out of date.
create or replace view integration.payload_kinds with (security_invoker = true) as
select distinct
    parser.provider,
    parser.kind
from integration.list_parsers() as parser;

comment on view integration.payload_kinds is
'What integration.ingest() can read: its first two arguments.';

-- title: Payloads with items that cannot be read
-- id: HLT109
-- severity: info
-- why: what cannot be read is missing from the prices; a provider may have changed its
-- why: format
-- fix: see integration.rejected_payloads, mend the parser, ingest the raw payload again
select
    rejected.provider || ' ' || rejected.payload_kind as subject,
    format(
        '%s items in the last day, for example %s: %s', count(*),
        (array_agg(rejected.path order by rejected.id desc))[1],
        (array_agg(rejected.reason order by rejected.id desc))[1]
    ) as detail
from integration.rejected_payloads as rejected
where rejected.rejected_at > now() - interval '1 day'
group by rejected.provider, rejected.payload_kind
order by subject;

-- Whichever parsers there are for a payload are run, products before prices. A payload
-- that a parser cannot take at all is kept and rejected, not lost.
create or replace function integration.ingest(
    p_provider text,
    p_kind text,
    p_payload jsonb,
    p_observed_at timestamptz default now(),
    p_context jsonb default '{}',
    out accepted integer,
    out unchanged integer,
    out rejected integer
)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_shapes constant text[] := array(
        select parser.shape
        from integration.list_parsers(
            coalesce(p_provider, ''), coalesce(p_kind, '')
        ) as parser
    );
    v_snapshot integration.raw_snapshots;
begin
    if v_shapes = '{}' then
        raise exception 'there is no parser for % %', p_provider, p_kind
            using errcode = 'MD101',
            hint = 'List what can be read with "mdt ingest --list".';
    end if;
    insert into integration.raw_snapshots (
        provider, payload_kind, observed_at, context, payload
    )
    values (
        p_provider, p_kind, coalesce(p_observed_at, now()), coalesce(p_context, '{}'),
        coalesce(p_payload, 'null')
    )
    returning * into strict v_snapshot;
    begin
        select
            counts.accepted_items,
            counts.read_items - counts.accepted_items - counts.rejected_items,
            counts.rejected_items
        into strict accepted, unchanged, rejected
        from integration.ingest_shapes(v_snapshot, v_shapes) as counts;
    exception
        when data_exception or integrity_constraint_violation
        or program_limit_exceeded then
            accepted := 0;
            unchanged := 0;
            rejected := integration.reject_items(
                v_snapshot, array['$'], array[format('%s: %s', sqlstate, sqlerrm)]
            );
    end;
end;
$function$;

comment on function integration.ingest(text, text, jsonb, timestamptz, jsonb) is
'Keep a payload, read it, and write what it says, in one transaction; repeating it
changes nothing. Returns how many of its items are news, are known, and cannot be used;
the last are in integration.rejected_payloads. p_kind: see "mdt ingest --list".
p_context: JSON object of what only the request says: currency, region, subject.
Errors: MD101 when nothing reads this kind.';

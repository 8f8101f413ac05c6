-- A parser is a function whose name says what it reads: read_<provider>_<kind>_<shape>;
-- adding one is adding a file. What FMP says of companies differs in the names of its
-- fields only, so one reads it all: see list_figure_kinds(). Market states say again
-- what the prices of the same payload say, so they are not counted.
create or replace function integration.list_parsers(
    p_provider text default null,
    p_kind text default null
)
returns table (
    provider text,
    kind text,
    shape text,
    place integer,
    reader text,
    writer text,
    is_counted boolean
)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with shape (name, place, writer) as (
        values
        ('entries', 1, 'integration.record_catalogue'),
        ('quotes', 2, 'equities.record_quotes'),
        ('profiles', 3, 'equities.record_profiles'),
        ('figures', 4, 'equities.record_figures'),
        ('prices', 5, 'integration.record_prices'),
        ('snapshots', 6, 'integration.record_snapshots'),
        ('offers', 7, 'integration.record_offers'),
        ('sales', 8, 'integration.record_sales')
    ),

    named as (
        select
            proc.oid,
            regexp_match(proc.proname, '^read_([a-z]+)_(.+)_([a-z]+)$') as parts
        from pg_catalog.pg_proc as proc
        where
            proc.pronamespace = 'integration'::regnamespace
            and proc.proname like 'read\_%'
            and (
                p_kind is null
                or starts_with(proc.proname, format('read_%s_%s_', p_provider, p_kind))
            )
    ),

    parser as (
        select
            named.parts[1] as provider,
            named.parts[2] as kind,
            named.parts[3] as shape,
            format('%s($1, $2, $3)', named.oid::regproc) as reader
        from named
        where named.parts is not null
        union all
        select
            'fmp',
            figures.kind,
            'figures',
            format('integration.read_fmp_figures($1, $2, $3, %L)', figures.kind)
        from integration.list_figure_kinds() as figures
        where p_kind is null or figures.kind = p_kind
    )

    select
        parser.provider,
        parser.kind,
        parser.shape,
        shape.place,
        parser.reader,
        shape.writer,
        parser.shape <> 'snapshots'
    from parser
    inner join shape on parser.shape = shape.name
    where
        p_kind is null or (parser.provider = p_provider and parser.kind = p_kind);
$function$;

comment on function integration.list_parsers(text, text) is
'Return what reads which payload: a call of reader with payload, observed_at and context
gives rows that writer takes an array of. place: order in which those of one payload are
run, products before prices. is_counted: whether its items count among those of the
payload. p_provider, p_kind: of one kind of payload only; null: of all.';

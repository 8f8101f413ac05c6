-- Part of ingest(), apart so that a failure takes back all that it wrote.
create or replace function integration.ingest_shapes(
    p_snapshot integration.raw_snapshots,
    p_shapes text[],
    out read_items integer,
    out accepted_items integer,
    out rejected_items integer
)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_parser record;
    v_read integer;
    v_news integer;
    v_paths text[];
    v_reasons text[];
begin
    read_items := 0;
    accepted_items := 0;
    rejected_items := 0;
    for v_parser in
        select
            parser.reader,
            parser.writer,
            parser.is_counted
        from integration.list_parsers(
            p_snapshot.provider, p_snapshot.payload_kind
        ) as parser
        where parser.shape = any(p_shapes)
        order by parser.place
    loop
        execute format(
            $query$
            with item as materialized (
                select item from %s as item
            ),
            usable as (
                select array_agg(item.item) as items
                from item
                where (item.item).reject_reason is null
            ),
            unusable as (
                select
                    array_agg((item.item).path) as paths,
                    array_agg((item.item).reject_reason) as reasons
                from item
                where (item.item).reject_reason is not null
            )
            select
                (select count(*) from item),
                case when usable.items is null then 0 else %s(usable.items) end,
                unusable.paths,
                unusable.reasons
            from usable cross join unusable
            $query$,
            v_parser.reader,
            v_parser.writer
        )
        into strict v_read, v_news, v_paths, v_reasons
        using p_snapshot.payload, p_snapshot.observed_at, p_snapshot.context;
        continue when not v_parser.is_counted;
        read_items := read_items + v_read;
        accepted_items := accepted_items + v_news;
        if v_paths is not null then
            rejected_items := rejected_items
            + integration.reject_items(p_snapshot, v_paths, v_reasons);
        end if;
    end loop;
end;
$function$;

comment on function integration.ingest_shapes(integration.raw_snapshots, text[]) is
'Read a payload in each of the given shapes and write what it says; return how many
items were read, are news, and were rejected. Part of integration.ingest().';

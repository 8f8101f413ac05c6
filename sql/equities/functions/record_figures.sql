-- What was said again moves observed_at, and is no news.
create or replace function equities.record_figures(
    p_figures equities.figures_observation[]
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_figures equities.figures_observation[];
    v_news integer;
begin
    -- In one order, so that two calls wait for each other and never both ways.
    v_figures := array(
        select distinct on (
            (given.said).subject, (given.said).data_type, (given.said).as_of_date,
            (given.said).period
        )
            given.said
        from (
            select
                said,
                row_number() over () as place
            from unnest(p_figures) as said
        ) as given
        order by
            (given.said).subject asc,
            (given.said).data_type asc,
            (given.said).as_of_date asc,
            (given.said).period asc,
            (given.said).observed_at desc,
            given.place desc
    );
    insert into equities.fundamentals as known (
        subject, data_type, period, as_of_date, currency, figures, observed_at, origin
    )
    select
        said.subject,
        said.data_type,
        said.period,
        said.as_of_date,
        said.currency,
        said.figures,
        said.observed_at,
        said.origin
    from unnest(v_figures) as said
    on conflict (subject, data_type, as_of_date, period) do update set
        currency = excluded.currency,
        figures = excluded.figures,
        observed_at = excluded.observed_at,
        origin = excluded.origin,
        updated_at = now()
    where
        known.observed_at <= excluded.observed_at
        and (known.currency, known.figures)
        is distinct from (excluded.currency, excluded.figures);
    get diagnostics v_news = row_count;

    update equities.fundamentals as known
    set observed_at = said.observed_at
    from unnest(v_figures) as said
    where
        known.subject = said.subject
        and known.data_type = said.data_type
        and known.period = said.period
        and known.as_of_date is not distinct from said.as_of_date
        and known.observed_at < said.observed_at;
    return v_news;
end;
$function$;

comment on function equities.record_figures(equities.figures_observation[]) is
'Write what a provider says of subjects; return how many rows are new or say something
else than before. What is older than what is known is passed over. p_figures: in any
order; of two of one row and moment the later in the array counts.
Errors: class 23 for rows that break the rules of equities.fundamentals.';

-- Amounts stay in the units and under the names of the provider; what a field lacks in
-- one recording it may have in the next, so only what names a row is judged.
create or replace function integration.read_fmp_figures(
    p_payload jsonb,
    p_observed_at timestamptz,
    p_context jsonb,
    p_kind text
)
returns setof equities.figures_observation
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        said.subject,
        kind.data_type,
        said.period,
        said.as_of_date,
        case when said.currency ~ '^[A-Z]{3}$' then said.currency end,
        found.item,
        p_observed_at,
        'ingest',
        found.path,
        case
            when jsonb_typeof(found.item) <> 'object' then 'it is no JSON object'
            when said.subject is null
                then format('its %s cannot be read', said.subject_name)
            when kind.date_field is not null and said.as_of_date is null
                then format('its %s cannot be read', kind.date_field)
            when said.missing is not null
                then format('its %s cannot be read', said.missing)
        end
    from integration.list_payload_items(p_payload) as found
    inner join integration.list_figure_kinds() as kind on kind.kind = p_kind
    cross join lateral (
        select
            case kind.subject_field
                when '' then ''
                when 'symbol'
                    then upper(
                        coalesce(
                            integration.get_text(found.item, 'symbol'),
                            integration.get_text(p_context, 'subject')
                        )
                    )
                else coalesce(
                    integration.get_text(found.item, kind.subject_field),
                    upper(integration.get_text(p_context, 'subject'))
                )
            end as subject,
            coalesce(nullif(kind.subject_field, ''), 'subject') as subject_name,
            integration.parse_date(
                integration.get_text(found.item, kind.date_field)
            ) as as_of_date,
            coalesce(
                integration.get_text(found.item, 'reportedCurrency'),
                integration.get_text(found.item, 'currency'),
                integration.get_text(p_context, 'currency')
            ) as currency,
            concat_ws(
                ' ',
                integration.get_text(p_context, 'interval'),
                (
                    select string_agg(
                        integration.get_text(found.item, field.name), ' '
                        order by field.place
                    )
                    from unnest(kind.period_fields)
                        with ordinality as field (name, place)
                )
            ) as period,
            (
                select min(field.name)
                from unnest(kind.period_fields) as field (name)
                where
                    integration.get_text(found.item, field.name) is null
                    and jsonb_typeof(found.item -> field.name)
                    is distinct from 'null'
            ) as missing
    ) as said;
$function$;

comment on function integration.read_fmp_figures(
    jsonb, timestamptz, jsonb, text
) is
'Return the rows of an FMP answer that end in equities.fundamentals.
p_context: subject, what was asked for, where the answer does not say; currency where it
names none; interval, where one was asked for. p_kind: see integration.list_figure_kinds().';

-- Older answers call some fields otherwise: lastDiv, volAvg, and exchange for what is
-- exchangeFullName now. What a profile can do without, and what cannot be read, is left
-- out.
create or replace function integration.read_fmp_profile_profiles(
    p_payload jsonb,
    p_observed_at timestamptz,
    p_context jsonb
)
returns setof equities.profile_observation
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        said.symbol,
        integration.get_text(found.item, 'companyName'),
        case
            when jsonb_typeof(found.item -> 'description') = 'string'
                then nullif(btrim(found.item ->> 'description'), '')
        end,
        integration.get_text(found.item, said.exchange_field),
        integration.get_text(found.item, said.exchange_name_field),
        integration.get_text(found.item, 'sector'),
        integration.get_text(found.item, 'industry'),
        case
            when found.item ->> 'country' ~ '^[A-Z]{2}$' then found.item ->> 'country'
        end,
        said.currency,
        integration.get_text(found.item, 'cik'),
        case
            when found.item ->> 'isin' ~ '^[A-Z]{2}[A-Z0-9]{9}[0-9]$'
                then found.item ->> 'isin'
        end,
        integration.get_text(found.item, 'cusip'),
        integration.get_text(found.item, 'ceo'),
        integration.get_count(found.item, 'fullTimeEmployees', 18),
        integration.get_text(found.item, 'website'),
        integration.get_text(found.item, 'phone'),
        integration.get_text(found.item, 'address'),
        integration.get_text(found.item, 'city'),
        integration.get_text(found.item, 'state'),
        integration.get_text(found.item, 'zip'),
        integration.get_text(found.item, 'image'),
        coalesce(found.item -> 'defaultImage' = 'true', false),
        integration.parse_date(integration.get_text(found.item, 'ipoDate')),
        coalesce(found.item -> 'isEtf' = 'true', false),
        coalesce(found.item -> 'isFund' = 'true', false),
        coalesce(found.item -> 'isAdr' = 'true', false),
        coalesce(found.item -> 'isActivelyTrading' = 'true', true),
        integration.get_number(found.item, 'beta'),
        case
            when said.dividend >= 0 then said.dividend * 100
        end,
        coalesce(
            integration.get_count(found.item, 'averageVolume', 18),
            integration.get_count(found.item, 'volAvg', 18)
        ),
        p_observed_at,
        'ingest',
        found.path,
        case
            when coalesce(said.symbol, '') !~ '^[!-~]{1,32}$'
                then 'its symbol cannot be read'
            when integration.get_text(found.item, 'companyName') is null
                then 'its companyName cannot be read'
            when coalesce(said.currency, '') !~ '^[A-Z]{3}$'
                then 'its currency cannot be read'
        end
    from integration.list_payload_items(p_payload) as found
    cross join lateral (
        select
            upper(integration.get_text(found.item, 'symbol')) as symbol,
            coalesce(
                integration.get_text(found.item, 'currency'),
                integration.get_text(p_context, 'currency')
            ) as currency,
            coalesce(
                integration.get_number(found.item, 'lastDividend'),
                integration.get_number(found.item, 'lastDiv')
            ) as dividend,
            case
                when found.item ? 'exchangeShortName' then 'exchangeShortName'
                else 'exchange'
            end as exchange_field,
            case
                when found.item ? 'exchangeShortName' then 'exchange'
                else 'exchangeFullName'
            end as exchange_name_field
    ) as said;
$function$;

comment on function integration.read_fmp_profile_profiles(
    jsonb, timestamptz, jsonb
) is
'Return the companies and funds of an FMP profile answer. p_context: currency, where the
answer names none.';
